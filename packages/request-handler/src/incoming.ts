import type { PeerSource } from '@archeio/client-address';
import { authorityOf } from '@archeio/redirect';
import type { Observation } from './observation.ts';

/** Method, target and host of a request. */
export interface Target {
  readonly method: string;
  /** The raw request target of the request line. */
  readonly target: string;
  /** Value of the Host header; undefined if absent. */
  readonly host: string | undefined;
}

/** A request, as a server reads it. */
export interface Incoming extends Target, PeerSource {
  /** All lines of the header with the client's address, joined with commas; undefined if absent. */
  readonly addressHeader: string | undefined;
  /** Whether there is X-Forwarded-For or Forwarded, even if neither is used. */
  readonly forwarded?: boolean;
  /** Value of the Range header; undefined if absent. Read only if a client fetches a blob of known size. */
  readonly range?: string | undefined;
  /** All Authorization lines, joined with commas; undefined without one. Read only if the policy gives tokens. */
  readonly authorization?: string | undefined;
  /** ID of the request, which redirects to a backend with `rid` carry; letters, digits, `.`, `_` and `-`. */
  readonly requestId?: string | undefined;
  /** Is told how the request is decided, if something records it. */
  readonly observation?: Observation | undefined;
}

/** The authority of an absolute-form target replaces the Host header (RFC 9112 §3.2.2). */
export function hostOf({ target, host }: Target): string | undefined {
  return authorityOf(target) ?? host;
}
