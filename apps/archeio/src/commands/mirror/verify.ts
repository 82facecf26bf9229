import type { Environment } from '@archeio/configuration';
import {
  type BadObject,
  count,
  formatBytes,
  copyingView,
  type BadBlob,
  type Verified,
  verifyMirror,
} from '@archeio/mirror';
import { readMirrorSettings } from './mirror-configuration.ts';
import { open } from './open.ts';
import { destinationLines, placesOf } from './destination-lines.ts';
import type { CommandOptions } from '../command-options.ts';
import { type Report, problemLine } from './print-report.ts';

interface VerifyOptions extends CommandOptions {
  /** 0 to 1. */
  readonly share: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly repair?: boolean;
}

const badLine = (kind: string, { destination, digest, why }: BadBlob): string =>
  `${kind} in destination "${destination}": ${digest}: ${why}`;

const objectLine = (kind: string, { destination, key, why }: BadObject): string =>
  `${kind} in the copy in destination "${destination}": ${key} ${why}`;

function verifiedText({
  blobs,
  bytes,
  corrupt,
  missing,
  repaired,
  copies,
  repairedCopies,
}: Verified): string {
  const wrong = copies.flatMap((copy) => [...copy.corrupt, ...copy.missing]);
  return [
    `read again: ${count(blobs, 'blob')}, ${formatBytes(bytes)}; ${corrupt.length} corrupt, ${missing.length} missing`,
    ...(repaired?.destinations ?? []).map(
      ({ name, blobs: copied }) => `  copied again to ${name}: ${count(copied, 'blob')}`,
    ),
    ...(copies.length === 0
      ? []
      : [
          `copies of the registry: read ${count(
            copies.reduce((sum, copy) => sum + copy.objects, 0),
            'object',
          )}; ${wrong.length} wrong or missing`,
        ]),
    ...repairedCopies.map(
      ({ name, manifests, tags }) =>
        `  written again to the copy in ${name}: ${count(manifests, 'manifest')}, ${count(tags, 'tag')}`,
    ),
  ].join('\n');
}

/** `archeio mirror verify`: reads stored blobs again. */
export async function mirrorVerify(
  environment: Environment,
  options: VerifyOptions,
): Promise<Report> {
  const { mirror: configuration } = await readMirrorSettings(environment, options);
  using mirror = await open(configuration, environment, {
    writes: options.repair,
    readsOnly: options.repair !== true,
  });
  const verified = await verifyMirror(mirror, {
    isChosen: ({ modified }) => modified >= options.since && Math.random() < options.share,
    repair: options.repair === true,
    show: (progress) => mirror.show(copyingView(progress)),
  });
  const { repairable, ...rest } = verified;
  const json = { ...rest, places: placesOf(configuration.destinations) };
  const { corrupt, missing, repaired, problems, copies } = verified;
  const notes = verified.notes.map((note) => problemLine(note));
  const found = [
    ...corrupt.map((bad) => badLine('corrupt', bad)),
    ...missing.map((bad) => badLine('missing', bad)),
    ...copies.flatMap((copy) => [
      ...copy.corrupt.map((bad) => objectLine('corrupt', bad)),
      ...copy.missing.map((bad) => objectLine('missing', bad)),
    ]),
  ];
  const unread = problems.map((problem) => problemLine(problem));
  const where = destinationLines(configuration.destinations);
  const text = [verifiedText(verified), ...where].join('\n');
  if (repaired === undefined) return { json, text, notes, problems: [...found, ...unread] };
  // A repaired blob is reported, but is no longer a failure; a blob that no manifest needs cannot be copied again.
  const lost = corrupt.filter(({ digest }) => !repairable.has(digest));
  return {
    json,
    text,
    notes: [...found, ...notes],
    problems: [
      ...lost.map((bad) => badLine('no longer at the source, corrupt', bad)),
      ...copies.flatMap((copy) =>
        copy.lost.map((bad) => objectLine('no longer at the source, corrupt', bad)),
      ),
      ...unread,
      ...repaired.problems.map((problem) => problemLine(problem)),
    ],
  };
}
