import { type OciError, ociError, REFUSALS } from '@archeio/oci-distribution';
import type { Backend, Store, Upstream } from './backend.ts';
import { type Reason, REASONS } from './reason.ts';

/** The rule of docs/reference/request-handling.md that decided. */
export type Rule = `R${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12}` | 'R9a' | 'R12a';

/** The answer, and why. A server converts it to bytes and adds nothing. */
export interface Decision {
  readonly rule: Rule;
  readonly status: number;
  readonly location: string | undefined;
  /** Backend that the client is redirected to, if any. */
  readonly backend: Backend | undefined;
  readonly reason: Reason;
  readonly error: OciError | undefined;
  /**
   * Stores to ask before using this decision, in order of preference: it is not known whether they
   * have the blob. After asking them, or when time is up, plan again.
   */
  readonly ask: readonly Store[] | undefined;
  /** A store to ask after answering, because its last answer is old or it is due for a trial. */
  readonly recheck: Store | undefined;
  /**
   * R9a, R12a: the upstream to ask before using this decision, after the stores: it is not known
   * whether it has the content. Then plan again.
   */
  readonly askUpstream: Upstream | undefined;
  /** The upstream to ask after answering, because its last answer is old. */
  readonly recheckUpstream: Upstream | undefined;
  /** R4: value of `WWW-Authenticate`; absent from every answer but 401. */
  readonly challenge?: string;
  /** R7: the token of `/token`; absent from every other answer. */
  readonly token?: PullToken;
}

/** A token that ties the requests of one pull together. It proves nothing. */
export interface PullToken {
  /** Characters of RFC 6750's b64token. */
  readonly value: string;
  /** RFC 3339. */
  readonly issuedAt: string;
}

function answer(
  rule: Rule,
  status: number,
  reason: Reason,
  error?: OciError,
  location?: string,
): Decision {
  return Object.freeze({
    rule,
    status,
    location,
    backend: undefined,
    reason,
    error,
    ask: undefined,
    recheck: undefined,
    askUpstream: undefined,
    recheckUpstream: undefined,
  });
}

function refuse(rule: Rule, reason: Reason, error: OciError): Decision {
  return answer(rule, error.status, reason, error);
}

/** The decisions that depend only on the route. */
export const READ_ONLY: Decision = refuse('R1', REASONS.readOnly, REFUSALS.readOnly);
export const API_BASE: Decision = answer('R4', 200, REASONS.apiBase);
export const NO_CATALOG: Decision = refuse('R5', REASONS.noCatalog, REFUSALS.noCatalog);
export const ELSEWHERE: Decision = refuse(
  'R7',
  REASONS.outsideTheApi,
  ociError(404, 'UNSUPPORTED', REASONS.outsideTheApi.words),
);
export const NAME_UNKNOWN: Decision = refuse('R6', REASONS.unknownName, REFUSALS.unknownName);
/** For a host without a registry that the message must not repeat; see {@link unknownHost}. */
export const HOST_UNKNOWN: Decision = hostUnknown(REASONS.unknownHost);
export const HEALTHY: Decision = answer('R7', 200, REASONS.healthy);
export const UNHEALTHY: Decision = answer('R7', 503, REASONS.notReady);

/** For {@link Policy.token}: a token must be added, since a decision depends on nothing random; see {@link pullToken}. */
export const PULL_TOKEN: Decision = answer('R7', 200, REASONS.pullToken);

function hostUnknown(reason: Reason): Decision {
  return refuse('R6', reason, ociError(404, 'NAME_UNKNOWN', reason.words));
}

/** A redirect to one of the configured pages. */
export function page(rule: 'R2' | 'R3', reason: Reason, location: string): Decision {
  return answer(rule, 307, reason, undefined, location);
}

const FETCH_A_TOKEN = ociError(
  401,
  'UNAUTHORIZED',
  'fetch a token from the realm and repeat the request with it: everyone gets one, without credentials',
);

/**
 * R4: asks the client to fetch a token (RFC 6750 §3; the distribution project's token authentication).
 *
 * @param realm URL of the tokens, without quotes and backslashes
 */
export function tokenChallenge(realm: string): Decision {
  const challenge = `Bearer realm="${realm}",service="${new URL(realm).host}"`;
  return Object.freeze({ ...refuse('R4', REASONS.tokenChallenge, FETCH_A_TOKEN), challenge });
}

/** R7: the answer of `/token` with this token. */
export function pullToken(token: PullToken): Decision {
  return { ...PULL_TOKEN, token };
}

/** A host that a message may repeat: a name or an address, optionally with a port (RFC 9110 §7.2, RFC 3986 §3.2.2). */
const LEGAL_HOST = /^(?:[a-z0-9_.-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::\d{0,5})?$/i;

/**
 * The refusal of a host that no registry serves. The message names the host if it is a legal one.
 *
 * @param host as the client sent it; undefined without one
 */
export function unknownHost(host: string | undefined): Decision {
  if (host === undefined || !LEGAL_HOST.test(host)) return HOST_UNKNOWN;
  const words = `no registry is served on host ${JSON.stringify(host)}`;
  return hostUnknown({ ...REASONS.unknownHost, words });
}

/** The errors of a path outside the grammar. */
const INVALID: ReadonlyMap<OciError, Decision> = new Map(
  (
    [
      [REFUSALS.badEscape, REASONS.invalidEscape],
      [REFUSALS.badName, REASONS.invalidName],
      [REFUSALS.badDigest, REASONS.invalidDigest],
      [REFUSALS.badTag, REASONS.invalidTag],
      [REFUSALS.noEndpoint, REASONS.unknownEndpoint],
    ] as const
  ).map(([error, reason]) => [error, refuse('R6', reason, error)] as const),
);

/** The refusal of a path outside the grammar; one value per error. */
export function invalid(error: OciError): Decision {
  return INVALID.get(error) ?? refuse('R6', REASONS.unknownEndpoint, error);
}

/** A redirect to a backend. */
export function redirect(
  rule: Rule,
  backend: Backend,
  location: string,
  reason: Reason,
  ask?: readonly Store[],
  recheck?: Store,
  askUpstream?: Upstream,
  recheckUpstream?: Upstream,
): Decision {
  return {
    rule,
    status: 307,
    location,
    backend,
    reason,
    error: undefined,
    ask,
    recheck,
    askUpstream,
    recheckUpstream,
  };
}
