import type { Prefix } from '@archeio/netip';
import type { Route } from '@archeio/redirect';
import type { DecisionGroup } from '../../ipc/decision-event.ts';

/** Requests that were decided alike: those of an event or of a line of a summary. */
export interface Recorded extends Omit<DecisionGroup, 'rule' | 'kind'> {
  readonly from: 'event' | 'summary';
  /** Arrival; null in a summary. */
  readonly time: string | null;
  /** A rule of this or a newer version. */
  readonly rule: string;
  /** A repository's content; undefined for requests that no configuration sends to a backend. */
  readonly route: RepositoryRoute | undefined;
  /** A summary leaves digests out: `route` has a substitute. */
  readonly isDigestUnknown: boolean;
  /** What is known of the client's address; undefined if nothing is. */
  readonly client: Prefix | undefined;
  readonly requests: number;
  /** Bytes that the clients fetched, if they were redirected to a backend. */
  readonly bytes: number;
  /** Requests that fetched a blob of unknown size. */
  readonly unknownSizes: number;
}

/** A route whose answer may be a redirect to a backend. */
export type RepositoryRoute = Extract<Route, { readonly name: string }>;
