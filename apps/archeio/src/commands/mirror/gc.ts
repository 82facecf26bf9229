import { formatDuration, type Environment } from '@archeio/configuration';
import { count, formatBytes, collectGarbage, type Collected } from '@archeio/mirror';
import { readMirrorSettings } from './mirror-configuration.ts';
import { open } from './open.ts';
import { ArcheioError } from '../../platform/errors.ts';
import { destinationLines, placesOf } from './destination-lines.ts';
import type { CommandOptions } from '../command-options.ts';
import type { Report } from './print-report.ts';

interface GcOptions extends CommandOptions {
  /** Milliseconds. */
  readonly olderThan: number;
  /** 0 to 1. */
  readonly atMost: number;
  readonly delete?: boolean;
  readonly adoptRecords?: boolean;
}

function collectedText(
  { name, blobs, garbage, bytes, waiting, deleted, copy }: Collected,
  isDeleted: boolean,
): string {
  const verb = isDeleted ? `deleted ${deleted}` : `would delete ${garbage}`;
  const left = isDeleted ? garbage - deleted : 0;
  return [
    `${name}: ${verb} of ${count(blobs, 'blob')}, ${formatBytes(bytes)}`,
    `${waiting} unreferenced, but not for long enough`,
    ...(left > 0 ? [`${left} kept, because they were written again meanwhile`] : []),
    ...(copy
      ? [
          `of the copy, ${isDeleted ? `deleted ${copy.deleted}` : `would delete ${copy.garbage}`} of ${copy.total} manifests and tags; ${copy.waiting} objects unneeded, but not for long enough`,
        ]
      : []),
  ].join('; ');
}

/** `archeio mirror gc`: finds, and with --delete deletes, blobs that no manifest needs any more. */
export async function mirrorGc(environment: Environment, options: GcOptions): Promise<Report> {
  const { mirror: configuration, presence } = await readMirrorSettings(environment, options);
  if (options.olderThan <= 2 * presence.presentFor)
    throw new ArcheioError(
      'usage',
      `cannot delete so early: --older-than must be more than twice presence.presentFor (${formatDuration(presence.presentFor)}), since a server may still remember a blob as present`,
    );
  using mirror = await open(configuration, environment);
  const isDeleted = options.delete === true;
  const collected = await collectGarbage(mirror, {
    olderThan: options.olderThan,
    atMost: options.atMost,
    delete: isDeleted,
    adoptsOlder: options.adoptRecords === true,
    now: Date.now,
  });
  return {
    json: { destinations: collected, places: placesOf(configuration.destinations) },
    text: [
      ...collected.map((each) => collectedText(each, isDeleted)),
      ...destinationLines(configuration.destinations),
    ].join('\n'),
    problems: [],
  };
}
