import type { Environment } from '../configuration/environment.ts';
import { count, formatBytes, formatSeconds } from '../mirror/amounts.ts';
import { readMirrorSettings } from '../mirror/mirror-configuration.ts';
import { openMirror } from '../mirror/open-mirror.ts';
import { showProgress } from '../mirror/show-progress.ts';
import { type Summary, syncMirror } from '../mirror/sync.ts';
import type { ShardedOptions } from './mirror.ts';
import { failWith, problemLine } from './problems.ts';

function summaryText(summary: Summary): string {
  const { repositories, tags, passed, blobs, bytes, seconds, records, foreign, failed } = summary;
  return [
    `${count(repositories, 'repository')}, ${count(tags, 'tag')}: ${count(records, 'record')} written, ${passed} mirrored before`,
    `read ${count(blobs, 'blob')}, ${formatBytes(bytes)} in ${formatSeconds(seconds)}${seconds > 0 ? ` (${formatBytes(bytes / seconds)}/s)` : ''}`,
    ...summary.destinations.map(
      ({ name, blobs: written, bytes: own }) =>
        `  to ${name}: ${count(written, 'blob')}, ${formatBytes(own)}`,
    ),
    ...(foreign > 0
      ? [`${count(foreign, 'layer')} not copied: had elsewhere, as "mirror plan" lists`]
      : []),
    ...(failed > 0 ? [`${count(failed, 'blob')} failed`] : []),
  ].join('\n');
}

/** `archeio mirror sync`: copies what is missing. */
export async function mirrorSync(environment: Environment, options: ShardedOptions): Promise<void> {
  const { mirror: configuration } = await readMirrorSettings(environment, options);
  using mirror = await openMirror(configuration, environment);
  const summary = await syncMirror(mirror, {
    shard: options.shard,
    trustRecords: options.all !== true,
    show: (progress) => showProgress(progress, process.stderr),
  });
  process.stdout.write(`${options.json ? JSON.stringify(summary) : summaryText(summary)}\n`);
  failWith(summary.problems.map((problem) => problemLine(problem)));
}
