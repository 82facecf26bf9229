import { count, formatBytes } from '@archeio/mirror/amounts';
import type { Totals } from '../metrics/totals.ts';
import type { Outage } from './outage.ts';
import type { Counts } from './tally.ts';

/** The result of the demo. */
export interface DemoSummary extends Readonly<Counts> {
  readonly seconds: number;
  readonly outages: readonly Outage[];
  /** Archeio's own counts: decisions by rule, and redirects by backend. */
  readonly archeio: Pick<Totals, 'decisions' | 'backends'>;
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ');
}

function outageText({ store, hungSeconds, movedAfterSeconds, backAfterSeconds }: Outage): string {
  const moved =
    movedAfterSeconds === null
      ? 'traffic did not move'
      : `traffic moved after ${movedAfterSeconds.toFixed(1)} s`;
  const back =
    backAfterSeconds === null
      ? 'and did not come back'
      : `and came back ${backAfterSeconds.toFixed(1)} s after the recovery`;
  return `${store} hung for ${hungSeconds.toFixed(1)} s: ${moved} ${back}`;
}

/** Beyond, outages are summed up. */
const OUTAGES_LISTED = 3;

function rangeText(values: readonly (number | null)[]): string {
  const numbers = values.filter((value) => value !== null);
  if (numbers.length === 0) return 'never';
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const never = values.length - numbers.length;
  return `after ${least.toFixed(1)} to ${most.toFixed(1)} s${never > 0 ? `, ${never} times never` : ''}`;
}

/** Rows about the outages; one for all of a demo that ran for long. */
function outageRows(outages: readonly Outage[]): readonly (readonly [string, string])[] {
  if (outages.length <= OUTAGES_LISTED)
    return outages.map((outage) => ['outage', outageText(outage)] as const);
  const moved = rangeText(outages.map(({ movedAfterSeconds }) => movedAfterSeconds));
  const back = rangeText(outages.map(({ backAfterSeconds }) => backAfterSeconds));
  return [['outages', `${outages.length}: traffic moved ${moved}; it came back ${back}`]];
}

/** Whether Archeio counts the same redirects as the clients: it does unless there were others, or a pull was cut. */
function isConfirmed({ redirects, archeio }: DemoSummary): boolean {
  const names = new Set([...Object.keys(redirects), ...Object.keys(archeio.backends)]);
  return [...names].every((name) => (redirects[name] ?? 0) === (archeio.backends[name] ?? 0));
}

/** The summary in lines. */
export function summaryText(summary: DemoSummary): string {
  const { pulls, failed, repeated, blobs, bytes, redirects, seconds, outages, archeio } = summary;
  const agreement = isConfirmed(summary)
    ? "Archeio's metrics agree"
    : `Archeio's metrics, with all other clients: ${listed(archeio.backends)}`;
  const reason = repeated === 0 ? '' : ', because the store did not answer';
  const rows: readonly (readonly [name: string, what: string])[] = [
    ['pulls', `${pulls} in ${Math.round(seconds)} s, ${failed} failed`],
    ['blobs', `${listed(blobs)}: ${formatBytes(bytes)}, each digest verified`],
    ...outageRows(outages),
    ['repeated', `${count(repeated, 'request')}${reason}`],
    ['redirects', `${listed(redirects)}; ${agreement}`],
  ];
  return rows.map(([name, what]) => `${name.padEnd(10)} ${what}`).join('\n');
}

/** Whether every pull succeeded, and traffic moved and came back in every outage. */
export function isGood({ failed, outages }: DemoSummary): boolean {
  return (
    failed === 0 &&
    outages.every((each) => each.movedAfterSeconds !== null && each.backAfterSeconds !== null)
  );
}
