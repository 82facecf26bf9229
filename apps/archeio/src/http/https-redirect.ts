import { join } from 'node:path';
import { readRegular } from '@archeio/bounded-reading';
import { ociError } from '@archeio/oci-distribution';
import { authorityOf, routeOf } from '@archeio/redirect';
import { type Answer, hostOf, type Incoming, refusal } from '@archeio/request-handler';

/** Answers a request instead of the handler; undefined leaves it to the handler. */
export type Preempt = (incoming: Incoming) => Answer | Promise<Answer> | undefined;

/** Options of {@link redirectToHttps}. */
export interface HttpsRedirectOptions {
  /** Port that clients use for https. */
  readonly to: number;
  /** Webroot of an ACME client; undefined if there is none. */
  readonly challenges?: string | undefined;
}

/** Path of the challenges of ACME (RFC 8555 §8.3), and a token in base64url. */
const CHALLENGES = '/.well-known/acme-challenge/';
const TOKEN = /^[\w-]{1,256}$/;
/** A key authorization is a token, a dot and a hash (RFC 8555 §8.1). */
const KEY_AUTHORIZATION = /^[\w.-]{1,1024}\s*$/;
/** Bytes of the longest file that is read. */
const LONGEST = 2048;
const NOTHING = new Uint8Array();

const NO_HOST = ociError(400, 'UNSUPPORTED', 'the request names no host to redirect to');
const NO_CHALLENGE = ociError(404, 'UNSUPPORTED', 'no ACME challenge has this token');

/** A name or an address in brackets or not, without its port. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** Characters that a URL must not have (RFC 3986 §2); an escape is left as it is. */
const NOT_IN_URL = /[^\w\-.~:/?#[\]@!$&'()*+,;=%]/g;

/** The path and query of a target, as it came, in characters that a header may have. */
function originForm(target: string): string {
  const authority = authorityOf(target);
  const rest =
    authority === undefined ? target : target.slice(target.indexOf('//') + 2 + authority.length);
  const origin = rest.startsWith('/') ? rest : `/${rest}`;
  return origin.replaceAll(NOT_IN_URL, (each) => encodeURIComponent(each));
}

function redirect(incoming: Incoming, to: number): Answer {
  const host = HOST.exec(hostOf(incoming) ?? '')?.[1];
  if (host === undefined) return refusal(NO_HOST);
  const port = to === 443 ? '' : `:${to}`;
  const location = `https://${host}${port}${originForm(incoming.target)}`;
  return {
    status: 308,
    headers: ['Location', location, 'Cache-Control', 'no-store', 'Content-Length', '0'],
    body: '',
  };
}

async function challenge(folder: string, token: string): Promise<Answer> {
  const bytes = await readRegular(join(folder, CHALLENGES, token), LONGEST).catch(() => NOTHING);
  const text = new TextDecoder().decode(bytes);
  if (!KEY_AUTHORIZATION.test(text)) return refusal(NO_CHALLENGE);
  const body = text.trim();
  const length = String(body.length);
  return {
    status: 200,
    headers: [
      'Content-Type',
      'application/octet-stream',
      'Content-Length',
      length,
      'Cache-Control',
      'no-store',
    ],
    body,
  };
}

/**
 * What the port with plain HTTP answers (docs/reference/request-handling.md, "TLS"): health checks and refused methods are
 * the handler's.
 */
export function redirectToHttps({ to, challenges }: HttpsRedirectOptions): Preempt {
  return (incoming) => {
    const { kind } = routeOf(incoming.method, incoming.target);
    if (kind === 'health' || kind === 'method') return undefined;
    const [path] = originForm(incoming.target).split('?', 1);
    if (!path.startsWith(CHALLENGES)) return redirect(incoming, to);
    const token = path.slice(CHALLENGES.length);
    if (challenges === undefined || !TOKEN.test(token)) return refusal(NO_CHALLENGE);
    return challenge(challenges, token);
  };
}
