import type { OciError } from '@archeio/oci-distribution';
import type { Decision } from '@archeio/redirect';

/** An answer to send: header lines `[name, value, …]` and a body. */
export interface Answer {
  readonly status: number;
  readonly headers: string[];
  readonly body: string;
}

const CLOSE: readonly string[] = ['Connection', 'close'];

/**
 * Each answer can change: a name is added, a process stops. Caches keep 200 and 404 by default if
 * nothing forbids it (RFC 9111 §4.2.2, RFC 9110 §15.1).
 */
const NO_STORE: readonly string[] = ['Cache-Control', 'no-store'];

function constant(decision: Decision): Answer {
  const { status, error, rule, reason } = decision;
  const body = error?.body ?? (rule === 'R4' ? '{}\n' : `${reason}\n`);
  return {
    status,
    headers: [
      'Content-Type',
      error !== undefined || rule === 'R4' ? 'application/json' : 'text/plain; charset=utf-8',
      'Content-Length',
      String(body.length),
      ...NO_STORE,
      ...(rule === 'R4' ? ['Docker-Distribution-Api-Version', 'registry/2.0'] : []),
      ...(status === 405 ? ['Allow', 'GET, HEAD'] : []),
    ],
    body,
  };
}

/** The answers of constant decisions. */
const CONSTANT = new WeakMap<Decision, Answer>();

/**
 * The answer for a decision.
 *
 * Redirects depend on the client, so no cache may keep them (RFC 9111 §5.2.2.5, §5.2.2.7).
 */
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
  let answer = CONSTANT.get(decision);
  if (answer === undefined) {
    answer = constant(decision);
    CONSTANT.set(decision, answer);
  }
  return answer;
}

/** The same answer as the last one on its connection. */
export function closing(answer: Answer): Answer {
  return { ...answer, headers: [...answer.headers, ...CLOSE] };
}

/** A refusal without a decision: the request could not be read, or is too large. */
export function refusal({ status, body }: OciError): Answer {
  const headers = [
    'Content-Type',
    'application/json',
    'Content-Length',
    String(body.length),
    ...NO_STORE,
    ...CLOSE,
  ];
  return { status, headers: status === 405 ? [...headers, 'Allow', 'GET, HEAD'] : headers, body };
}

/** An answer as HTTP/1.1 bytes, for a connection without a response object. */
export function rawAnswer({ status, headers, body }: Answer, reasonPhrase: string): string {
  let head = `HTTP/1.1 ${status} ${reasonPhrase}\r\n`;
  for (let at = 0; at + 1 < headers.length; at += 2)
    head += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return `${head}\r\n${body}`;
}
