import { createHash } from 'node:crypto';

/** Characters of the identity that are kept, so that a person who browses a bucket recognizes its records. */
const READABLE = 60;

/**
 * A name for a source in the keys of records: short enough for a file name, and different for every source.
 *
 * @param identity identifies the source, such as `registry.example/path`
 */
export function sourceId(identity: string): string {
  const readable = identity.replaceAll(/[^a-zA-Z0-9.]+/g, '-').slice(0, READABLE);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  return `${readable}-${hash}`;
}

/** Identity of a registry, independent of its scheme, and the path that all its repositories begin with. */
export function registryIdentity(origin: string, path: string): string {
  const { protocol, hostname, port } = new URL(origin);
  const usual = protocol === 'http:' ? '80' : '443';
  const actual = port === '' ? usual : port;
  const host = actual === '443' ? hostname : `${hostname}:${actual}`;
  return path === '' ? host : `${host}/${path}`;
}
