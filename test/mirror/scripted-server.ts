import { createServer } from 'node:http';
import { listenOnLoopback } from '../parts/ports.ts';

export interface ScriptedRequest {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Text as it is; any other value as JSON. */
  readonly body?: unknown;
}

/** A server that answers as a test scripts it, and keeps the requests. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly ScriptedRequest[];
  answer: (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>;
}

export async function startScriptedServer(
  answer: ScriptedServer['answer'],
): Promise<ScriptedServer> {
  const asked: ScriptedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const received: ScriptedRequest = {
        method,
        url: new URL(url, scripted.url),
        authorization: headers.authorization,
        body: Buffer.concat(chunks).toString(),
      };
      asked.push(received);
      void Promise.resolve(scripted.answer(received)).then((answered) => {
        const { status = 200, headers: sent = {}, body = {} } = answered;
        response.writeHead(status, { 'content-type': 'application/json', ...sent });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
  });
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${await listenOnLoopback(server)}`,
    asked,
    answer,
    [Symbol.asyncDispose]() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return scripted;
}
