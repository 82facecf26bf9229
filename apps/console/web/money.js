import { hourly, sum } from './history.js';

/**
 * The bytes and dollars of a backend in each step. A server that does not count blobs of unknown size does not know the
 * sizes of what upstreams send.
 *
 * @param {{ kind: string, bytes?: (number | null)[], usd?: (number | null)[], unknownSizes?: (number | null)[] }} backend
 */
export function trafficOf({ kind, bytes = [], usd = [], unknownSizes }) {
  return kind === 'upstream' && unknownSizes === undefined
    ? { bytes: [], usd: [] }
    : { bytes, usd };
}

/**
 * What backends save in each step against sending everything from the upstream. Undefined if the server does not tell it,
 * null if no price is set.
 */
function savedOf(backends) {
  if (backends.every(({ upstreamUsd }) => upstreamUsd === undefined)) return undefined;
  const priced = backends.filter(({ upstreamUsd }) => Array.isArray(upstreamUsd));
  if (priced.length === 0) return null;
  return priced.flatMap(({ usd, upstreamUsd }) =>
    upstreamUsd.map((upstream, step) => (upstream === null ? null : upstream - (usd[step] ?? 0))),
  );
}

/** Requests whose size is not known; undefined if the server does not count them. */
function unknownOf(backends) {
  const told = backends.filter(({ unknownSizes }) => unknownSizes !== undefined);
  return told.length === 0
    ? undefined
    : sum(told.flatMap(({ unknownSizes }) => unknownSizes ?? []));
}

/**
 * Dollars that a backend saves in an hour, and its requests of unknown size. `saved` is null if no price is set; both
 * are undefined if the server does not tell them.
 */
export function savingsOf(history, backends) {
  const saved = savedOf(backends);
  return {
    saved: saved && (hourly(history, saved) ?? 0),
    unknown: unknownOf(backends),
  };
}

/** Whether a backend of the status has a price; 0 is one. */
export function hasPrice({ usd }) {
  return typeof usd === 'number';
}

/**
 * Dollars and bytes that backends send in an hour, as far as sizes and prices are known. `usd` is null if no backend has
 * a price, undefined if the server does not tell dollars over time.
 *
 * @param backends those of the status: a history has 0 dollars without a price, too
 */
export function moneyOf(history, backends) {
  const traffic = history.backends.map(trafficOf);
  const usd = traffic.flatMap((each) => each.usd);
  // A backend that is no longer configured may have had a price.
  const isPriced = backends.some(hasPrice) || sum(usd) > 0;
  return {
    bytes: hourly(
      history,
      traffic.flatMap(({ bytes }) => bytes),
    ),
    usd: !isPriced ? null : history.isLocal ? undefined : (hourly(history, usd) ?? 0),
    ...savingsOf(history, history.backends),
  };
}
