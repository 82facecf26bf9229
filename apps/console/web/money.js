import { hourly, sum } from './history.js';

/**
 * The bytes and dollars of a backend in each step. The server does not know the sizes of what upstreams send.
 *
 * @param {{ kind: string, bytes?: (number | null)[], usd?: (number | null)[] }} backend
 */
export function trafficOf({ kind, bytes = [], usd = [] }) {
  return kind === 'upstream' ? { bytes: [], usd: [] } : { bytes, usd };
}

/** Dollars and bytes that stores send in an hour, as far as sizes and prices are known. */
export function moneyOf(history) {
  const traffic = history.backends.map(trafficOf);
  const usd = traffic.flatMap((each) => each.usd);
  return {
    bytes: hourly(
      history,
      traffic.flatMap(({ bytes }) => bytes),
    ),
    usd: sum(usd) > 0 ? hourly(history, usd) : null,
  };
}
