import { LARGEST_CONTENT, ConfigurationError } from '@archeio/configuration';
import { readFileSync } from 'node:fs';
import { failureReason, withoutQuery } from '@archeio/plain-errors';
import { readFileOrPipe, readRegular, TooLongError } from '@archeio/bounded-reading';
import { type Content, decodeContent, gather, tooLarge } from './content.ts';
import { type ConfigurationLocation, locationName } from './location.ts';
import { EMBEDDED, embedded } from '../platform/embedded.ts';
import { ArcheioError } from '../platform/errors.ts';

/** Text of the built-in preset, registry.k8s.io. */
export function presetText(): string {
  const file =
    embedded(EMBEDDED.preset) ?? new URL('../../presets/registry.k8s.io.yaml', import.meta.url);
  return readFileSync(file, 'utf8');
}

/** A name that looks like a URL with a mistyped scheme (`htps://…`) may have a secret in its query. */
function shown(path: string): string {
  return /^\w+:\/\//.test(path) ? withoutQuery(path) : path;
}

/** Converts an error of reading a file to a message for the user. */
async function inWords<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TooLongError) throw tooLarge(shown(path));
    if (error instanceof ConfigurationError) throw error;
    const why = failureReason(error);
    throw new ArcheioError(
      'configuration-unreadable',
      `cannot read ${JSON.stringify(shown(path))}: ${why}`,
      { cause: error },
    );
  }
}

/** Reads a file or, once, a pipe. */
function readFile(path: string): Promise<Content> {
  return inWords(path, async () => {
    const { bytes, isRegular } = await readFileOrPipe(path, LARGEST_CONTENT);
    return { text: decodeContent(bytes, path), name: path, isReadOnce: !isRegular };
  });
}

/**
 * Reads a file again that was a regular file before.
 *
 * @throws ArcheioError where it cannot be read, ConfigurationError for what is not a text or too large
 */
export function readAgain(path: string): Promise<Content> {
  return inWords(path, async () => {
    const bytes = await readRegular(path, LARGEST_CONTENT);
    return { text: decodeContent(bytes, path), name: path };
  });
}

/**
 * Reads a configuration on this machine.
 *
 * @throws ArcheioError if it cannot be read
 */
export async function readContent(
  location: Exclude<ConfigurationLocation, { kind: 'url' }>,
): Promise<Content> {
  const name = locationName(location);
  switch (location.kind) {
    case 'preset':
      return { text: presetText(), name };
    case 'stdin':
      return { text: await gather(process.stdin, name), name };
    case 'file':
      return readFile(location.path);
  }
}
