import { createHash, type Hash } from 'node:crypto';
import { failureReason } from '@archeio/plain-errors';
import type { BlobWriter, Destination } from '../destination/destination.ts';
import type { LentBuffer, MemoryBudget } from './memory-budget.ts';
import { DigestError, verifiableAlgorithm } from '../prove-digest.ts';
import type { BlobBytes } from '../source/source.ts';

/** S3 accepts parts of at least 5 MiB, and at most 10,000 of them. */
const PART_SIZE = 8 * 1024 * 1024;
const MOST_PARTS = 10_000;
/** Parts of one blob in flight at once. */
const AT_ONCE = 3;

interface Target {
  readonly destination: Destination;
  /** Whether to overwrite an object that is stored under the same name. */
  readonly replace: boolean;
}

/** The flow of a blob from the source into one destination. */
interface Branch extends Target {
  writer: BlobWriter | undefined;
  /** Why this destination gets no more bytes. */
  failed: string | undefined;
}

export interface BlobCopy {
  readonly digest: string;
  /** As stated by its manifest; undefined if it is not stated. */
  readonly size: number | undefined;
  readonly bytes: BlobBytes;
  readonly to: readonly Target[];
  readonly memory: MemoryBudget;
  /** Called with the number of bytes as they arrive. */
  readonly progress: (bytes: number) => void;
}

/** Failures by destination; all other destinations have the blob now. */
export type Failures = ReadonlyMap<Destination, string>;

export function partSizeOf(size: number): number {
  const mebibyte = 1024 * 1024;
  return Math.max(PART_SIZE, Math.ceil(size / MOST_PARTS / mebibyte) * mebibyte);
}

/**
 * Reads a blob once and writes it to several destinations. It becomes visible only after its digest and size are
 * verified. A failing destination does not stop the others.
 *
 * @throws DigestError if the bytes do not match the digest; any error of reading
 */
export async function copyBlob(copy: BlobCopy): Promise<Failures> {
  const algorithm = verifiableAlgorithm(copy.digest);
  const branches = copy.to.map((to): Branch => ({ ...to, writer: undefined, failed: undefined }));
  try {
    const { digest } = copy;
    const partSize = partSizeOf(copy.size ?? 0);
    await Promise.all(
      branches.map((branch) =>
        attempt(branch, async () => {
          const { destination, replace } = branch;
          branch.writer = await destination.begin({ digest, size: copy.size, partSize, replace });
        }),
      ),
    );
    const whole = createHash(algorithm);
    const { size, isWhole } = await passOn(copy, branches, partSize, whole);
    const actual = `${algorithm}:${whole.digest('hex')}`;
    if (isWhole && copy.size !== undefined && size !== copy.size)
      throw new DigestError(
        `blob ${copy.digest} has ${size} bytes at the source, but its manifest says ${copy.size}`,
      );
    if (isWhole && actual !== copy.digest)
      throw new DigestError(`blob ${copy.digest} has digest ${actual} at the source`);
    await Promise.all(
      branches.map((branch) => attempt(branch, async () => branch.writer?.finish())),
    );
  } catch (error) {
    await abandon(branches);
    throw error;
  }
  const failed = branches.filter((branch) => branch.failed !== undefined);
  await abandon(failed);
  return new Map(failed.map(({ destination, failed: why }) => [destination, why ?? '']));
}

/** What cannot be removed now is removed by a later run. */
async function abandon(branches: readonly Branch[]): Promise<void> {
  await Promise.all(branches.map(async ({ writer }) => writer?.abandon().catch(() => {})));
}

async function attempt(branch: Branch, work: () => Promise<void>): Promise<void> {
  if (branch.failed !== undefined) return;
  try {
    await work();
  } catch (error) {
    branch.failed = failureReason(error);
  }
}

/** Reads the bytes once, cuts them into parts, and passes each to every destination while any is left. */
async function passOn(
  { digest, bytes, size: expected, memory, progress }: BlobCopy,
  branches: readonly Branch[],
  partSize: number,
  whole: Hash,
): Promise<{ readonly size: number; readonly isWhole: boolean }> {
  const isSha256 = digest.startsWith('sha256:');
  const most = expected ?? Number.MAX_SAFE_INTEGER;
  const writing = new Set<Promise<void>>();
  let size = 0;
  let part: Part | undefined;
  const send = async (full: Part): Promise<void> => {
    const content = full.buffer.subarray(0, full.filled);
    whole.update(content);
    const sha256 = sha256Of(
      content,
      content.length === expected && isSha256 ? whole.copy() : undefined,
    );
    const written = Promise.all(
      branches.map((branch) =>
        attempt(branch, async () => branch.writer?.write(content, full.offset, sha256)),
      ),
    ).then(full.release);
    writing.add(written);
    void written.then(() => writing.delete(written));
    if (writing.size >= AT_ONCE) await Promise.race(writing);
  };
  try {
    for await (const chunk of bytes) {
      progress(chunk.length);
      size += chunk.length;
      if (size > most) break;
      for (let at = 0; at < chunk.length;) {
        const offset = size - chunk.length + at;
        part ??= await takePart(memory, Math.min(partSize, most - offset), offset);
        const count = Math.min(part.buffer.length - part.filled, chunk.length - at);
        part.buffer.set(chunk.subarray(at, at + count), part.filled);
        part.filled += count;
        at += count;
        if (part.filled < part.buffer.length) continue;
        const full = part;
        part = undefined;
        await send(full);
        if (size < most && branches.every(({ failed }) => failed !== undefined))
          return { size, isWhole: false };
      }
      freeChunk(chunk);
    }
    if (part !== undefined || size === 0) {
      const last = part ?? (await takePart(memory, 0, 0));
      part = undefined;
      await send(last);
    }
  } finally {
    part?.release();
    await Promise.all(writing);
  }
  return { size, isWhole: true };
}

/**
 * The SHA-256 of a part, computed when the first destination asks for it, since not all need it.
 *
 * @param whole has hashed it already if the part is the whole blob
 */
function sha256Of(content: Uint8Array, whole: Hash | undefined): () => Uint8Array {
  let known: Uint8Array | undefined;
  return () => (known ??= (whole ?? createHash('sha256').update(content)).digest());
}

interface Part extends LentBuffer {
  readonly offset: number;
  filled: number;
}

async function takePart(memory: MemoryBudget, bytes: number, offset: number): Promise<Part> {
  return { ...(await memory.take(bytes)), offset, filled: 0 };
}

/**
 * Frees the memory of a chunk at once: an infrequent garbage collection lets hundreds of MiB pile up. The chunk must
 * not be used afterwards. A chunk that shares its buffer is left to the collector.
 */
function freeChunk({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
