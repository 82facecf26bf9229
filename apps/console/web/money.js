import { hourly, known, sum } from './history.js';

/** Dollars and bytes of an hour, as far as sizes and prices are known. */
export function moneyOf(history) {
  const all = (key, kind) =>
    history.backends
      .filter((each) => kind === undefined || each.kind === kind)
      .flatMap((each) => each[key] ?? []);
  const bytes = hourly(history, all('bytes'));
  const priced = sum(all('usd')) > 0;
  if (!priced) return { bytes, usd: null, saved: null };
  const usd = hourly(history, all('usd'));
  // What a byte costs from the upstream, from what was sent from there in this time.
  const [upstreamUsd, upstreamBytes] = [
    known(all('usd', 'upstream')),
    known(all('bytes', 'upstream')),
  ];
  if (!(upstreamUsd > 0 && upstreamBytes > 0)) return { bytes, usd, saved: null };
  const storeBytes = hourly(history, all('bytes', 'store')) ?? 0;
  const storeUsd = hourly(history, all('usd', 'store')) ?? 0;
  return { bytes, usd, saved: (storeBytes * upstreamUsd) / upstreamBytes - storeUsd };
}
