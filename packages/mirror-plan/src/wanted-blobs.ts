import { type Descriptor, digestAlgorithm } from '@archeio/oci-distribution';
import type { WantedBlob } from './contents.ts';

const VERIFIABLE: ReadonlySet<unknown> = new Set(['sha256', 'sha512']);

/**
 * The blobs of one manifest, each once, and its foreign layers.
 *
 * @throws SyntaxError if a digest cannot be verified, or if the manifest contradicts itself
 */
export function wantedBlobs(blobs: readonly Descriptor[]): {
  readonly wanted: readonly WantedBlob[];
  readonly foreign: readonly Descriptor[];
} {
  const wanted = new Map<string, WantedBlob>();
  const foreign: Descriptor[] = [];
  for (const blob of blobs) {
    const { digest, size } = blob;
    const known = wanted.get(digest);
    if (known !== undefined && known.size !== size)
      throw new SyntaxError(
        `cannot read manifest: it states two sizes for ${digest}, ${known.size} and ${size}`,
      );
    if (blob.urls !== undefined) foreign.push(blob);
    else if (VERIFIABLE.has(digestAlgorithm(digest))) wanted.set(digest, { digest, size });
    else
      throw new SyntaxError(
        `cannot verify digest ${JSON.stringify(digest)}: expected sha256 or sha512`,
      );
  }
  return { wanted: [...wanted.values()], foreign };
}
