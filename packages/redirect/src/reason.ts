import { REFUSALS } from '@archeio/oci-distribution';

/** Why a decision was made: a code for programs, and words for people. */
export interface Reason {
  /** Lower-case letters and hyphens. */
  readonly code: ReasonCode;
  /** One of a fixed set of sentences; only that of `unknownHost` contains a part of the request. */
  readonly words: string;
}

function reason<const Code extends string>(
  code: Code,
  words: string,
): { readonly code: Code; readonly words: string } {
  return Object.freeze({ code, words });
}

/**
 * Every reason, in the order of the rules. `explain`, the admin API and the header `Archeio-Decision` use this list, and
 * docs/reference/request-handling.md repeats it. Releases keep the codes compatible, not the words.
 */
export const REASONS = Object.freeze({
  readOnly: reason('read-only', REFUSALS.readOnly.message),
  infoPage: reason('info-page', 'the info page'),
  privacyPage: reason('privacy-page', 'the privacy page'),
  apiBase: reason('api-base', 'the registry supports the API'),
  tokenChallenge: reason(
    'token-challenge',
    'the client is asked to fetch a token, which ties the requests of a pull together',
  ),
  noCatalog: reason('no-catalog', REFUSALS.noCatalog.message),
  invalidEscape: reason('invalid-escape', REFUSALS.badEscape.message),
  invalidName: reason('invalid-name', REFUSALS.badName.message),
  invalidDigest: reason('invalid-digest', REFUSALS.badDigest.message),
  invalidTag: reason('invalid-tag', REFUSALS.badTag.message),
  unknownEndpoint: reason('unknown-endpoint', REFUSALS.noEndpoint.message),
  unknownName: reason('unknown-name', REFUSALS.unknownName.message),
  unknownHost: reason('unknown-host', 'no registry is served on this host'),
  healthy: reason('healthy', 'healthy'),
  notReady: reason('not-ready', 'not ready, or stopping'),
  pullToken: reason('pull-token', 'a token, which ties the requests of a pull together'),
  outsideTheApi: reason(
    'outside-the-api',
    'nothing is served at this path: the API begins at /v2/',
  ),
  signatureUpstream: reason('signature-upstream', 'signatures have a separate upstream'),
  signatureUpstreamUnhealthy: reason(
    'signature-upstream-unhealthy',
    'the signature upstream is unhealthy',
  ),
  sourceOfTruth: reason('source-of-truth', 'the upstream is the source of truth'),
  upstreamLacksIt: reason(
    'upstream-lacks-it',
    'the upstream does not have it: the signature upstream may',
  ),
  staysUpstream: reason('stays-upstream', 'the client is in a network that stays on the upstream'),
  firstHealthyStore: reason('first-healthy-store', 'the first healthy store that has it'),
  digestAlgorithm: reason('digest-algorithm', 'stores are not asked for digests of this algorithm'),
  noStore: reason('no-store', 'no store is near the client, and none is a default'),
  storesUnhealthy: reason('stores-unhealthy', 'every store for the client is unhealthy'),
  storesLackIt: reason('stores-lack-it', 'no store has it'),
  notConfirmed: reason('not-confirmed', 'no store confirmed that it has the blob'),
  notConfirmedInTime: reason(
    'not-confirmed-in-time',
    'no store confirmed in time that it has the blob',
  ),
  noStoreAsked: reason('no-store-asked', 'no store was asked, and none is known to have it'),
  noCredentials: reason(
    'no-credentials',
    'there are no credentials to sign the redirect to the store',
  ),
  internalError: reason(
    'internal-error',
    'an internal error: the upstream serves what a store might have',
  ),
});

/** The code of a {@link Reason}. */
export type ReasonCode = (typeof REASONS)[keyof typeof REASONS]['code'];
