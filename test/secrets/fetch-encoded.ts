import { MONOTONIC_CLOCK } from '../../packages/presence/src/monotonic-clock.ts';
import { fetchText } from '../../apps/archeio/src/supervisor/ranges/fetch-text.ts';

/** Fetches the URLs on the command line, at most 1 MB each, and prints the results, then how much memory that took. */
const limits = {
  clock: MONOTONIC_CLOCK,
  timeout: 20_000,
  maxBytes: 1_000_000,
  pauses: [],
  random: () => 0,
};
for (const url of process.argv.slice(2)) {
  try {
    const fetched = await fetchText(url, {}, limits);
    console.log(fetched.kind === 'text' ? fetched.text.slice(0, 100) : fetched.kind);
  } catch (error) {
    console.log(error instanceof Error ? error.message.replace(/^.*?: /, '') : error);
  }
}
console.log(Math.round(process.resourceUsage().maxRSS / 1024));
process.exit(0);
