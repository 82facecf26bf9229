import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../commands/errors.ts';
import { ConfigurationError } from '../configuration/configuration.ts';
import type { Environment } from '../configuration/environment.ts';
import { mirror } from '../configuration/schema/mirror.ts';
import { presence } from '../configuration/schema/process.ts';
import { isObject } from './json-value.ts';

const schema = z.looseObject({ version: z.literal(1), mirror, presence });

/** What the mirror is told in a configuration file. */
export type MirrorSettings = Pick<z.output<typeof schema>, 'mirror' | 'presence'>;

/**
 * Reads `mirror` and `presence` of the configuration file. What else is in it is the server's, and not looked at.
 *
 * @throws UsageError where no file is named, ConfigurationError where it cannot be used
 */
export async function readMirrorSettings(
  environment: Environment,
  file = environment['ARCHEIO_CONFIG'],
): Promise<MirrorSettings> {
  if (file === undefined || file === '')
    throw new UsageError('no configuration: name a file with --config or ARCHEIO_CONFIG');
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  let source: unknown;
  try {
    source = parse(text);
  } catch (error) {
    throw new ConfigurationError([
      `${file}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    ]);
  }
  if (!isObject(source) || source['mirror'] === undefined)
    throw new UsageError(
      `cannot mirror with ${JSON.stringify(file)}: expected the key "mirror" in it`,
    );
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    parsed.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`),
  );
}
