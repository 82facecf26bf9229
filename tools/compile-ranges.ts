import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  CloudRanges,
  compileRanges,
  readAws,
  readAzure,
  readGcp,
  type CloudSource,
} from '@archeio/clouds';
import { formatPrefix } from '@archeio/netip';

const help = `Compiles the address ranges that clouds publish into the snapshot that ships with @archeio/clouds.

Usage: node tools/compile-ranges.ts [--aws FILE] [--gcp FILE] [--azure FILE] --out FILE

  --aws FILE     Amazon's ip-ranges.json
  --gcp FILE     Google's cloud.json
  --azure FILE   Azure's ServiceTags_Public.json
  --out FILE     where to write the snapshot; replaced at once or not at all
  --help         this text

The same input gives the same bytes. Exit codes: 0 written, 1 failed, 2 wrong use.
`;

/** A mistake in the command line: exit code 2. */
class UsageError extends Error {}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const readers: Readonly<
  Record<'aws' | 'gcp' | 'azure', (text: string, name: string) => CloudSource>
> = {
  aws: readAws,
  gcp: readGcp,
  azure: readAzure,
};

interface Options {
  readonly help: boolean;
  /** The files to read by the option that named them. */
  readonly files: readonly (readonly [keyof typeof readers, string])[];
  readonly out: string;
}

function readOptions(args: readonly string[]): Options {
  const parsed = (() => {
    try {
      return parseArgs({
        args: [...args],
        options: {
          aws: { type: 'string' },
          gcp: { type: 'string' },
          azure: { type: 'string' },
          out: { type: 'string' },
          help: { type: 'boolean', default: false },
        },
      }).values;
    } catch (error) {
      throw new UsageError(messageOf(error), { cause: error });
    }
  })();
  if (parsed.help) return { help: true, files: [], out: '' };
  const files = (['aws', 'gcp', 'azure'] as const).flatMap((name) => {
    const file = parsed[name];
    return file === undefined ? [] : [[name, file] as const];
  });
  if (files.length === 0) throw new UsageError('expected at least one of --aws, --gcp, --azure');
  if (parsed.out === undefined || parsed.out === '') throw new UsageError('expected --out FILE');
  return { help: false, files, out: parsed.out };
}

/** Writes atomically: to a temporary file next to it, then renames. */
function writeWhole(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}`);
  try {
    writeFileSync(temporary, bytes);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function run(args: readonly string[]): void {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  const bytes = compileRanges(
    options.files.map(([name, file]) => readers[name](readFileSync(file, 'utf8'), basename(file))),
    ({ prefix, kept, dropped }) =>
      process.stderr.write(
        `compile-ranges: prefix "${formatPrefix(prefix)}" is listed for ${kept.cloud} ${kept.region} and for ${dropped.cloud} ${dropped.region}; the first is kept\n`,
      ),
  );
  writeWhole(options.out, bytes);
  const { sources, places } = CloudRanges.decode(bytes);
  for (const { cloud, date, version, ipv4Prefixes, ipv6Prefixes } of sources) {
    const edition = date ?? `version ${version}`;
    process.stdout.write(`${cloud}: ${ipv4Prefixes} IPv4, ${ipv6Prefixes} IPv6 (${edition})\n`);
  }
  process.stdout.write(`${options.out}: ${places.length} places, ${bytes.length} bytes\n`);
}

try {
  run(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(`compile-ranges: ${messageOf(error)}${usage ? '; see --help' : ''}\n`);
  process.exitCode = usage ? 2 : 1;
}
