import type { Descriptor } from '@archeio/oci-distribution';
import type { MirrorProblem, Plan, Shard } from '@archeio/mirror-plan';
import type { Environment } from '@archeio/configuration';
import { count, formatBytes, type PlannedCopy, planMirror } from '@archeio/mirror';
import { readMirrorSettings } from './mirror-configuration.ts';
import { open } from './open.ts';
import { destinationLines, placesOf } from './destination-lines.ts';
import type { CommandOptions } from '../command-options.ts';
import { type Report, problemLine, selectedText } from './print-report.ts';

/** Options of plan and sync. */
export interface ShardedOptions extends CommandOptions {
  readonly shard: Shard;
  /** Replaces `shard`. */
  readonly shardIndex?: Shard;
  /** Also read manifests that are already mirrored. */
  readonly all?: boolean;
}

/** The plan as JSON: the names of the text output, and every blob. */
function planJson(plan: Plan, problems: readonly MirrorProblem[]): object {
  const names = plan.destinations.map(({ name }) => name);
  return {
    ...plan,
    problems,
    // These are among the problems.
    disputed: undefined,
    copies: plan.copies.map(({ digest, size, repository, to }) => ({
      digest,
      size: size ?? null,
      repository,
      to: to.map((number) => names[number]),
    })),
  };
}

function planText(
  plan: Plan,
  registryCopies: readonly PlannedCopy[],
  where: readonly string[],
): string {
  const { copies, bytes, destinations, foreign } = plan;
  const unsaid = copies.filter(({ size }) => size === undefined).length;
  return [
    selectedText(plan),
    ...where,
    `to mirror: ${count(plan.manifests, 'manifest')}; already mirrored: ${plan.passed}`,
    `to read from the source: ${count(copies.length, 'blob')}, ${formatBytes(bytes)}`,
    ...(unsaid > 0 ? [`  including ${count(unsaid, 'blob')} of unknown size`] : []),
    ...destinations.map(
      ({ name, blobs, bytes: own }) => `  to ${name}: ${count(blobs, 'blob')}, ${formatBytes(own)}`,
    ),
    ...registryCopies.map(
      ({ name, manifests, tags, deleted }) =>
        `  to the copy in ${name}: ${count(manifests, 'manifest')}, ${count(tags, 'tag')}; to delete: ${count(deleted, 'tag')}`,
    ),
    ...foreign.map((layer) => foreignLine(layer)),
  ].join('\n');
}

/** A layer that is available elsewhere. */
function foreignLine({ digest, urls = [] }: Descriptor): string {
  return `not copied, available elsewhere: ${digest} at ${urls.join(', ')}`;
}

/** `archeio mirror plan`: shows what `sync` would do. */
export async function mirrorPlan(
  environment: Environment,
  options: ShardedOptions,
): Promise<Report> {
  const { mirror: configuration } = await readMirrorSettings(environment, options);
  using mirror = await open(configuration, environment);
  const { plan, copies } = await planMirror(mirror, {
    shard: options.shardIndex ?? options.shard,
    trustRecords: options.all !== true,
  });
  const problems = [...plan.problems, ...plan.disputed];
  return {
    json: {
      ...planJson(plan, problems),
      registryCopies: copies,
      places: placesOf(configuration.destinations),
    },
    text: planText(plan, copies, destinationLines(configuration.destinations)),
    notes: plan.notes.map((note) => problemLine(note)),
    problems: problems.map((problem) => problemLine(problem)),
  };
}
