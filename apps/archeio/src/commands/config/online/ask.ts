import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { failureReason, isTlsError } from '@archeio/plain-errors';
import { requestHeaders } from '@archeio/content-checks';

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The beginning of the body. */
  readonly body: string;
}

/** Why a backend did not answer. */
export interface AskFailure {
  readonly kind: 'failure';
  readonly reason: 'connection' | 'tls' | 'timeout';
  readonly detail: string;
}

/** Options of a request to a backend. */
export interface AskOptions {
  /** Milliseconds for one request as a whole. */
  readonly timeout: number;
  /** CA certificates (PEM) to trust instead of the runtime's own. */
  readonly ca?: string | undefined;
}

/** HEAD, GET, or GET of the first byte. */
export type Asking = 'HEAD' | 'GET' | 'RANGE';

/** Number of bytes to read of a body: error documents are short. */
const LONGEST_BODY = 4096;

const USER_AGENT = 'archeio';

function failureOf(error: Error, timeout: number): AskFailure {
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return { kind: 'failure', reason: 'timeout', detail: `no answer within ${timeout} ms` };
  const reason = isTlsError(error) ? 'tls' : 'connection';
  return { kind: 'failure', reason, detail: failureReason(error) };
}

/** Sends one request on a new connection and follows no redirect. Never rejects. */
export function ask(
  url: string,
  asking: Asking,
  { timeout, ca }: AskOptions,
): Promise<Answer | AskFailure> {
  return new Promise((resolve) => {
    const request = (url.startsWith('https:') ? https : http).request(url, {
      method: asking === 'HEAD' ? 'HEAD' : 'GET',
      headers: requestHeaders(USER_AGENT, asking === 'RANGE' ? 1 : 0),
      agent: false,
      signal: AbortSignal.timeout(timeout),
      ...(ca !== undefined && { ca }),
    });
    request.once('upgrade', (_response, socket: Duplex) => {
      socket.destroy();
      resolve(failureOf(new Error('another protocol'), timeout));
    });
    request.once('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      let body = '';
      response.setEncoding('latin1');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > LONGEST_BODY) response.destroy();
      });
      response.on('error', () => {});
      response.once('close', () => resolve({ kind: 'answer', status, headers, body }));
    });
    request.on('error', (error) => resolve(failureOf(error, timeout)));
    request.end();
  });
}
