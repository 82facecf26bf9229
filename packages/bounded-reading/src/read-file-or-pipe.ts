import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, StatedError } from '@archeio/plain-errors';
import { TooLongError } from './gather-bytes.ts';
import { readRegular } from './read-file.ts';

/** Pause before reading an empty pipe again; milliseconds. */
const PAUSE = 20;

/** Time limit for a pipe's writer; milliseconds. */
const PATIENCE = 30_000;

/** A file, and whether it can be read again: a pipe is empty once it has been read. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  readonly isRegular: boolean;
}

/** Number of bytes read; 0 at the end; undefined if nothing is available yet. */
async function readNow(file: FileHandle, buffer: Uint8Array): Promise<number | undefined> {
  try {
    return (await file.read(buffer, 0, buffer.length, null)).bytesRead;
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') throw error;
    return undefined;
  }
}

/** A pipe that no writer has opened yet also reads as ended, so this waits for the first byte. */
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
      if (length > most) throw new TooLongError(most);
      parts.push(buffer.subarray(0, read));
      continue;
    }
    if (performance.now() > end)
      throw new StatedError(`its writer did not finish within ${patience / 1000} s`);
    await sleep(PAUSE);
  }
}

/**
 * Reads a file, a pipe (`<(command)`, a FIFO) or a device without blocking, up to a limit of bytes and time.
 *
 * @throws TooLongError, NodeJS.ErrnoException; StatedError if the time is over
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
