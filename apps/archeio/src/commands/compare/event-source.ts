import { open, type FileHandle } from 'node:fs/promises';
import { failureReason } from '@archeio/plain-errors';
import { ArcheioError } from '../../platform/errors.ts';

/** Bytes of one read. */
const CHUNK = 256 * 1024;

/** The bytes to read events from. */
export interface EventSource {
  /** For messages. */
  readonly name: string;
  /** Bytes; undefined for what is not a regular file. */
  readonly size: number | undefined;
  /** Each chunk is valid until the next one. */
  readonly chunks: AsyncIterable<Buffer>;
}

/** Whether a command-line argument means standard input. */
export function isStandardInput(path: string | undefined): boolean {
  return path === '-' || path === '/dev/stdin';
}

async function* chunksOf(file: FileHandle, path: string): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw new ArcheioError(
      'failed',
      `cannot read ${JSON.stringify(path)} to its end: ${failureReason(error)}`,
      { cause: error },
    );
  } finally {
    await file.close();
  }
}

/**
 * Opens a file, or `-` for standard input.
 *
 * @throws ArcheioError if the file cannot be opened
 */
export async function openEvents(path: string): Promise<EventSource> {
  if (isStandardInput(path))
    return { name: 'standard input', size: undefined, chunks: process.stdin };
  try {
    const file = await open(path);
    const stat = await file.stat();
    if (stat.isDirectory()) {
      await file.close();
      throw new ArcheioError(
        'usage',
        `cannot read events from ${JSON.stringify(path)}: it is a directory, expected a file`,
      );
    }
    return {
      name: path,
      size: stat.isFile() ? stat.size : undefined,
      chunks: chunksOf(file, path),
    };
  } catch (error) {
    if (error instanceof ArcheioError) throw error;
    throw new ArcheioError(
      'usage',
      `cannot read events from ${JSON.stringify(path)}: ${failureReason(error)}`,
      { cause: error },
    );
  }
}
