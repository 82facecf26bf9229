import { createHash } from 'node:crypto';
import { parseManifest } from '@archeio/oci-distribution';

/** An answer of a copy, as a client sees it. */
export interface Got {
  readonly status: number;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Reads a path below the copy's root. */
export type Get = (path: string) => Promise<Got>;

/** Reads a copy over HTTP. */
export const getOver =
  (url: string): Get =>
  async (path) => {
    const response = await fetch(`${url}/${path}`);
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  };

const digestOf = (bytes: Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What a walk found: the digest of every tag, and problems. */
export interface Walk {
  readonly tags: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

/**
 * Walks a repository of a copy as a client does: from the list of tags to manifests and blobs. Everything that it
 * finds must be whole.
 *
 * @param tags other tags to look for, which may be missing
 */
export async function walkCopy(
  get: Get,
  repository: string,
  others: readonly string[] = [],
): Promise<Walk> {
  const problems: string[] = [];
  const tags: Record<string, string> = {};
  const checked = new Set<string>();
  const list = await get(`v2/${repository}/tags/list`);
  const listed: string[] = list.status === 200 ? JSON.parse(list.bytes.toString()).tags : [];

  const check = async (reference: string, mayBeMissing = false): Promise<string | undefined> => {
    const path = `v2/${repository}/manifests/${reference}`;
    const { status, type, bytes } = await get(path);
    if (status === 404 && mayBeMissing) return undefined;
    if (status !== 200) {
      problems.push(`${path}: ${status}`);
      return undefined;
    }
    const digest = digestOf(bytes);
    if (reference.includes(':') && digest !== reference) problems.push(`${path}: is ${digest}`);
    if (checked.has(digest)) return digest;
    checked.add(digest);
    const manifest = parseManifest(bytes.toString(), type);
    if (manifest.mediaType !== type) problems.push(`${path}: ${type}`);
    if (manifest.kind === 'index')
      for (const child of manifest.manifests) await check(child.digest);
    else for (const blob of manifest.blobs) await checkBlob(blob.digest);
    return digest;
  };
  const checkBlob = async (digest: string): Promise<void> => {
    if (checked.has(digest)) return;
    checked.add(digest);
    const path = `v2/${repository}/blobs/${digest}`;
    const { status, bytes } = await get(path);
    if (status !== 200) problems.push(`${path}: ${status}`);
    else if (digestOf(bytes) !== digest) problems.push(`${path}: other bytes`);
  };

  for (const tag of new Set([...listed, ...others])) {
    const digest = await check(tag, !listed.includes(tag));
    if (digest !== undefined) tags[tag] = digest;
  }
  return { tags, problems };
}
