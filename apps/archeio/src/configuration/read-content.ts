import { createReadStream, readFileSync } from 'node:fs';
import { errorCode } from '../error-code.ts';
import { withoutQuery } from '../without-query.ts';
import { type Content, gather, UnreachableError } from './content.ts';
import { type ConfigurationLocation, locationName } from './location.ts';

/** The built-in preset, registry.k8s.io, as it is written. */
export function presetText(): string {
  return readFileSync(new URL('../../presets/registry.k8s.io.yaml', import.meta.url), 'utf8');
}

/** What looks like a URL whose scheme is mistyped (`htps://…`) may have a secret in its query. */
function shown(path: string): string {
  return /^\w+:\/\//.test(path) ? withoutQuery(path) : path;
}

/** What an error of the file system means, in words. */
function fileProblem(path: string, error: unknown): unknown {
  const code = errorCode(error);
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EACCES'
        ? 'not allowed'
        : code === 'EISDIR'
          ? 'it is a directory'
          : code === 'ENOTDIR'
            ? 'a part of its path is no directory'
            : code;
  return why === undefined
    ? error
    : new UnreachableError('file', `cannot read ${JSON.stringify(shown(path))}: ${why}`);
}

async function readFile(path: string): Promise<string> {
  try {
    return await gather(createReadStream(path), path);
  } catch (error) {
    throw fileProblem(path, error);
  }
}

/**
 * Reads a configuration that is on this machine.
 *
 * @throws UnreachableError where it cannot be had
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
      return { text: await readFile(location.path), name };
  }
}
