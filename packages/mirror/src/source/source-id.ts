import { createHash } from 'node:crypto';

/** Characters of the identity that are kept, so that somebody who looks into a bucket sees whose records these are. */
const READABLE = 60;

/**
 * Names a source in the keys of records: short enough for a file's name, and another for every source.
 *
 * @param identity what makes it the same source, such as `registry.example/path`
 */
export function sourceId(identity: string): string {
  const readable = identity.replaceAll(/[^a-zA-Z0-9.]+/g, '-').slice(0, READABLE);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  return `${readable}-${hash}`;
}

/** A registry, whatever its scheme is, and the path that all its repositories begin with. */
export function registryIdentity(origin: string, path: string): string {
  const { protocol, hostname, port } = new URL(origin);
  const usual = protocol === 'http:' ? '80' : '443';
  const actual = port === '' ? usual : port;
  const host = actual === '443' ? hostname : `${hostname}:${actual}`;
  return path === '' ? host : `${host}/${path}`;
}
