import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { listenOnLoopback } from '../parts/ports.ts';

/** A configuration server for a fleet, with conditional requests (RFC 9110 §13). */
export interface ConfigurationServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Number of answers by status. */
  readonly statuses: number[];
  text: string;
}

export async function startConfigurationServer(text: string): Promise<ConfigurationServer> {
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const etag = `"${createHash('sha256').update(configuration.text).digest('hex')}"`;
    const status = request.headers['if-none-match'] === etag ? 304 : 200;
    statuses.push(status);
    response.writeHead(status, { ETag: etag });
    response.end(status === 200 ? configuration.text : undefined);
  });
  const port = await listenOnLoopback(server);
  const configuration: ConfigurationServer = {
    url: `http://127.0.0.1:${port}/configuration`,
    port,
    statuses,
    text,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return configuration;
}
