import { count, formatBytes } from '@archeio/mirror/amounts';
import type { Outage } from './outage.ts';
import type { Counts } from './tally.ts';

/** What the demo has shown. */
export interface DemoSummary extends Readonly<Counts> {
  readonly seconds: number;
  readonly outages: readonly Outage[];
}

function outageText({ store, hungSeconds, movedAfterSeconds, backAfterSeconds }: Outage): string {
  const moved =
    movedAfterSeconds === null
      ? 'its clients did not move'
      : `its clients moved after ${movedAfterSeconds.toFixed(1)} s`;
  const back =
    backAfterSeconds === null
      ? 'and did not come back'
      : `and came back ${backAfterSeconds.toFixed(1)} s after it recovered`;
  return `${store} hung for ${hungSeconds.toFixed(1)} s: ${moved} ${back}`;
}

/** The summary in lines. */
export function summaryText({
  pulls,
  failed,
  repeated,
  blobs,
  bytes,
  seconds,
  outages,
}: DemoSummary): string {
  const all = Object.values(blobs).reduce((sum, each) => sum + each, 0);
  return [
    `${count(pulls, 'pull')} in ${Math.round(seconds)} s, ${failed} failed; ${count(all, 'blob')}, ${formatBytes(bytes)}, every digest verified`,
    `blobs by backend: ${Object.entries(blobs)
      .map(([name, number]) => `${name} ${number}`)
      .join(', ')}`,
    ...outages.map(outageText),
    `requests that clients repeated because the store did not answer: ${repeated}`,
  ].join('\n');
}

/** Whether every pull succeeded, and traffic moved and came back in every outage. */
export function isGood({ failed, outages }: DemoSummary): boolean {
  return (
    failed === 0 &&
    outages.every((each) => each.movedAfterSeconds !== null && each.backAfterSeconds !== null)
  );
}
