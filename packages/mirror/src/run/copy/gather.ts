import { MirrorError } from '../../mirror-error.ts';
import type { BlobBytes } from '../../source/source.ts';

/** Maximum size of a manifest or a list in a copy; bytes. */
const LARGEST = 32 * 1024 * 1024;

/** @throws MirrorError if there are more bytes than a manifest may have */
export async function gather(bytes: BlobBytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > LARGEST) throw new MirrorError('an object is larger than 32 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
