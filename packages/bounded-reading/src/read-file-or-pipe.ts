import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, StatedError } from '@archeio/plain-errors';
import { TooLongError } from './gather-bytes.ts';
import { readRegular } from './read-file.ts';

/** Milliseconds between two looks at a pipe that has nothing to be read. */
const PAUSE = 20;

/** Milliseconds for all that a pipe's writer has to say. */
const PATIENCE = 30_000;

/** A file, and whether it can be read again: a pipe is empty once it has been read. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  readonly isRegular: boolean;
}

/** What is read now: bytes, 0 at the end, undefined where the writer has nothing yet. */
async function readNow(file: FileHandle, buffer: Uint8Array): Promise<number | undefined> {
  try {
    return (await file.read(buffer, 0, buffer.length, null)).bytesRead;
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') throw error;
    return undefined;
  }
}

/** A pipe that no writer has opened yet is at its end as well: until the first byte it is waited for. */
async function readStream(
  file: FileHandle,
  isPipe: boolean,
  most: number,
  patience: number,
): Promise<Uint8Array> {
  const end = performance.now() + patience;
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(64 * 1024);
    const read = await readNow(file, buffer);
    if (read === 0 && (length > 0 || !isPipe)) return Buffer.concat(parts, length);
    if (read !== undefined && read > 0) {
      length += read;
      if (length > most) throw new TooLongError(`it is longer than ${most} bytes`);
      parts.push(buffer.subarray(0, read));
      continue;
    }
    if (performance.now() > end)
      throw new StatedError(`its writer was not done within ${patience / 1000} s`);
    await sleep(PAUSE);
  }
}

/**
 * Reads a file, or what a pipe (`<(command)`, a FIFO) or a device has. It is read without blocking, within a limit and
 * a time.
 *
 * @throws TooLongError, NodeJS.ErrnoException, StatedError where nothing came in time
 */
export async function readFileOrPipe(
  path: string,
  most: number,
  patience = PATIENCE,
): Promise<ReadFile> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const about = await file.stat();
    if (!about.isFile() && !about.isDirectory())
      return { bytes: await readStream(file, about.isFIFO(), most, patience), isRegular: false };
  } finally {
    await file.close();
  }
  return { bytes: await readRegular(path, most), isRegular: true };
}
