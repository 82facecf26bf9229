import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ConfigurationError, formatProblem } from '@archeio/configuration';
import { failureReason } from '@archeio/plain-errors';
import manifest from '../package.json' with { type: 'json' };
import { embed } from './embed.ts';
import { readConfiguration } from './read-configuration.ts';
import { BUNDLE_FILES, writeBundle } from './write-bundle.ts';

/** `npm run build:edge`: checks a configuration, and writes a bundle for Cloudflare Workers. */

const HELP = `Usage: npm run build:edge -- --config FILE [--ranges FILE] [--out FOLDER]

Checks a configuration and writes a Worker that contains it, for "wrangler deploy".

  --config FILE   configuration to embed
  --ranges FILE   snapshot of address ranges, written by tools/compile-ranges.ts (default: the one that ships)
  --out FOLDER    folder to write to (default: dist/edge)
  --help          print this help
`;

const SHIPPED = fileURLToPath(import.meta.resolve('@archeio/clouds/ranges.bin'));
const OUT = join(import.meta.dirname, '../../../dist/edge');

/** @throws Error that names the file */
function readInput(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`cannot read ${JSON.stringify(path)}: ${failureReason(error)}`, {
      cause: error,
    });
  }
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

/** @throws ConfigurationError, Error */
function build(config: string, ranges: string, out: string): void {
  const bytes = readInput(ranges);
  const text = readInput(config).toString();
  const { configuration, warnings } = readConfiguration(config, text, bytes);
  for (const each of warnings) console.error(formatProblem(each));
  writeBundle(out, embed(configuration, manifest.version), bytes);
  const files = BUNDLE_FILES.map((name) => readFileSync(join(out, name)));
  const all = Buffer.concat(files);
  console.log(
    `wrote ${relative('.', out) || '.'}: ${kilobytes(all.length)}, ${kilobytes(gzipSync(all).length)} compressed`,
  );
}

function main(args: readonly string[]): number {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: 'string' },
        ranges: { type: 'string', default: SHIPPED },
        out: { type: 'string', default: OUT },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(HELP);
      return 0;
    }
    if (values.config === undefined) {
      console.error('cannot build a Worker without a configuration: use --config FILE');
      return 2;
    }
    build(values.config, values.ranges, values.out);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof ConfigurationError) return 1;
    return error instanceof TypeError ? 2 : 1;
  }
}

process.exitCode = main(process.argv.slice(2));
