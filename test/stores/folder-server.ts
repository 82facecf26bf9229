import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { listenOnLoopback } from '../parts/ports.ts';

/** The files of a folder over plain HTTP, as from any web server. */
export interface FolderServer extends AsyncDisposable {
  readonly url: string;
  /** Its requests: `METHOD /path status`. */
  readonly asked: readonly string[];
}

/** Serves the files below `folder`, read-only, on a free port. */
export async function serveFolder(folder: string): Promise<FolderServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '/' } = request;
    const file = join(folder, normalize(url));
    const found = statSync(file, { throwIfNoEntry: false });
    const status = found?.isFile() === true ? 200 : 404;
    asked.push(`${method} ${url} ${status}`);
    response.writeHead(status, { 'Content-Length': status === 200 ? found!.size : 0 });
    if (status === 200 && method === 'GET') createReadStream(file).pipe(response);
    else response.end();
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
