import type { OciError } from '@archeio/oci-distribution';
import type { Decision } from '@archeio/redirect';
import { tokenBody } from './pull-token.ts';

/** An answer to send: header lines `[name, value, …]` and a body. */
export interface Answer {
  readonly status: number;
  readonly headers: string[];
  readonly body: string;
}

const CLOSE = ['Connection', 'close'] as const;

/**
 * Each answer can change: a name is added, a process stops. Caches keep 200 and 404 by default if
 * nothing forbids it (RFC 9111 §4.2.2, RFC 9110 §15.1).
 */
function uncached(status: number, type: string, body: string, ...more: readonly string[]): Answer {
  return {
    status,
    headers: [
      'Content-Type',
      type,
      'Content-Length',
      String(body.length),
      'Cache-Control',
      'no-store',
      ...more,
      ...(status === 405 ? ['Allow', 'GET, HEAD'] : []),
    ],
    body,
  };
}

function constant({ status, error, rule, reason, challenge }: Decision): Answer {
  if (rule === 'R4')
    return uncached(
      status,
      'application/json',
      error?.body ?? '{}\n',
      'Docker-Distribution-Api-Version',
      'registry/2.0',
      ...(challenge === undefined ? [] : ['WWW-Authenticate', challenge]),
    );
  if (error !== undefined) return uncached(status, 'application/json', error.body);
  return uncached(status, 'text/plain; charset=utf-8', `${reason.words}\n`);
}

/** The answers of constant decisions. */
const CONSTANT = new WeakMap<Decision, Answer>();

/** Redirects depend on the client, so no cache may keep them (RFC 9111 §5.2.2.5, §5.2.2.7). */
export function answerOf(decision: Decision): Answer {
  if (decision.location !== undefined) {
    return {
      status: decision.status,
      headers: [
        'Location',
        decision.location,
        'Cache-Control',
        'private, no-store',
        'Content-Length',
        '0',
      ],
      body: '',
    };
  }
  if (decision.token !== undefined)
    return uncached(decision.status, 'application/json', tokenBody(decision.token));
  let answer = CONSTANT.get(decision);
  if (answer === undefined) {
    answer = constant(decision);
    CONSTANT.set(decision, answer);
  }
  return answer;
}

/** The same answer with more header lines `[name, value, …]`. */
export function withLines(answer: Answer, lines: readonly string[]): Answer {
  return { ...answer, headers: [...answer.headers, ...lines] };
}

/** The same answer as the last one on its connection. */
export function closing(answer: Answer): Answer {
  return withLines(answer, CLOSE);
}

/** A refusal without a decision: the request could not be read, or is too large. */
export function refusal({ status, body }: OciError): Answer {
  return uncached(status, 'application/json', body, ...CLOSE);
}

/** An answer as HTTP/1.1 bytes, for a connection without a response object. */
export function rawAnswer({ status, headers, body }: Answer, reasonPhrase: string): string {
  let head = `HTTP/1.1 ${status} ${reasonPhrase}\r\n`;
  for (let at = 0; at + 1 < headers.length; at += 2)
    head += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return `${head}\r\n${body}`;
}
