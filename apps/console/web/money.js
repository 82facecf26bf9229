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

/** Dollars and bytes that backends send in an hour, as far as sizes and prices are known. */
export function moneyOf(history) {
  const traffic = history.backends.map(trafficOf);
  const usd = traffic.flatMap((each) => each.usd);
  return {
    bytes: hourly(
      history,
      traffic.flatMap(({ bytes }) => bytes),
    ),
    usd: sum(usd) > 0 ? hourly(history, usd) : null,
    ...savingsOf(history, history.backends),
  };
}
