import type { Environment } from '@archeio/configuration';
import {
  count,
  formatBytes,
  formatSeconds,
  type DestinationTotals,
  planSync,
  type PublishedCopy,
  type Summary,
  syncMirror,
} from '@archeio/mirror';
import { Interruption } from './interruption.ts';
import { readMirrorSettings } from './mirror-configuration.ts';
import { open } from './open.ts';
import { destinationLines, placesOf } from './destination-lines.ts';
import type { ShardedOptions } from './plan.ts';
import { type Report, problemLine, selectedText } from './print-report.ts';

function totalsText({ name, blobs, bytes, notTried }: DestinationTotals): string {
  const left = notTried > 0 ? `; gave up, ${notTried} not tried` : '';
  return `  to ${name}: ${count(blobs, 'blob')}, ${formatBytes(bytes)}${left}`;
}

function copyText({ name, manifests, tags, deleted, whole }: PublishedCopy): string {
  const gone = deleted > 0 ? `, ${count(deleted, 'tag')} deleted` : '';
  return `  copy in ${name}: ${count(manifests, 'manifest')} and ${count(tags, 'tag')} written${gone}; ${whole ? 'whole' : 'not whole'}`;
}

function summaryText(summary: Summary, where: readonly string[]): string {
  const { records, passed, blobs, bytes, seconds, bytesPerSecond, foreign, failed } = summary;
  const rate = bytes > 0 ? ` (${formatBytes(bytesPerSecond)}/s)` : '';
  return [
    selectedText(summary),
    ...where,
    `mirrored now: ${count(records, 'manifest')}; already mirrored: ${passed}`,
    `read from the source: ${count(blobs, 'blob')}, ${formatBytes(bytes)} in ${formatSeconds(seconds)}${rate}`,
    ...summary.destinations.map(totalsText),
    ...summary.copies.map(copyText),
    ...(foreign > 0
      ? [`not copied, available elsewhere: ${count(foreign, 'layer')}, listed by "mirror plan"`]
      : []),
    ...(failed > 0 ? [`failed: ${count(failed, 'blob')}`] : []),
  ].join('\n');
}

/** `archeio mirror sync`: copies what is missing. */
export async function mirrorSync(
  environment: Environment,
  options: ShardedOptions,
): Promise<Report> {
  const { mirror: configuration } = await readMirrorSettings(environment, options);
  using mirror = await open(configuration, environment, { writes: true });
  const { all = false } = options;
  const shard = options.shardIndex ?? options.shard;
  const planned = await planSync(mirror, { shard, trustRecords: !all });
  using interruption = new Interruption();
  const summary = await syncMirror(mirror, planned, { shard, stop: interruption.signal });
  return {
    json: { ...summary, places: placesOf(configuration.destinations) },
    text: summaryText(summary, destinationLines(configuration.destinations)),
    notes: summary.notes.map((note) => problemLine(note)),
    problems: summary.problems.map((problem) => problemLine(problem)),
    interruptedBy: interruption.by,
  };
}
