import { dirname, resolve } from 'node:path';
import { type FileBase, isLoopback, hasCredentials } from '@archeio/configuration';
import { withoutQuery } from '@archeio/plain-errors';

/** The location of a configuration. */
export type ConfigurationLocation =
  | { readonly kind: 'preset' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'url'; readonly url: string };

function urlLocation(text: string): ConfigurationLocation {
  const url = URL.parse(text);
  if (hasCredentials(text, url))
    throw new RangeError('cannot read URL: it contains credentials, which logs would reveal');
  if (url === null)
    throw new RangeError(
      `cannot read URL ${JSON.stringify(withoutQuery(text))}: expected https://host/path`,
    );
  if (url.protocol !== 'https:' && !isLoopback(url.hostname))
    throw new RangeError(
      `cannot fetch ${JSON.stringify(withoutQuery(text))}: expected https, so that nobody can change it in transit`,
    );
  return { kind: 'url', url: url.href };
}

/**
 * Parses `--config` or `ARCHEIO_CONFIG`: a file, `-` or `/dev/stdin`, or a URL (https, or http on loopback).
 *
 * @throws RangeError if a URL cannot be used
 */
export function parseLocation(text: string): ConfigurationLocation {
  if (text === '-' || text === '/dev/stdin') return { kind: 'stdin' };
  if (/^https?:\/\//i.test(text)) return urlLocation(text);
  return { kind: 'file', path: text };
}

/** The name that problems begin with. Omits a URL's query, which may be a secret. */
export function locationName(location: ConfigurationLocation): string {
  switch (location.kind) {
    case 'preset':
      return 'preset registry.k8s.io';
    case 'stdin':
      return 'standard input';
    case 'file':
      return location.path;
    case 'url': {
      const { origin, pathname } = new URL(location.url);
      return `${origin}${pathname}`;
    }
  }
}

/** Absolute path of the configuration file's directory. */
export function fileBaseOf(location: ConfigurationLocation): FileBase {
  return location.kind === 'file'
    ? { kind: 'directory', path: resolve(dirname(location.path)) }
    : { kind: 'none', from: locationName(location), remote: location.kind === 'url' };
}
