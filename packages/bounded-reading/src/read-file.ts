import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { StatedError } from '@archeio/plain-errors';
import { TooLongError } from './gather-bytes.ts';

/** Opening a pipe without a writer would block a thread. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Bytes of one read. */
const CHUNK = 256 * 1024;

/** The path is a pipe, device, socket or directory. */
export class NotRegularError extends StatedError {
  override readonly name = 'NotRegularError';
}

/** @throws NotRegularError */
function requireRegular(about: Stats): void {
  if (about.isDirectory()) throw new NotRegularError('it is a directory');
  if (!about.isFile()) throw new NotRegularError('it is not a regular file');
}

/**
 * Opens a regular file; never blocks on anything else.
 *
 * @throws NotRegularError for a pipe, a device or a directory; NodeJS.ErrnoException
 */
export async function openRegular(
  path: string,
): Promise<{ readonly file: FileHandle; readonly about: Stats }> {
  const file = await open(path, FLAGS);
  try {
    const about = await file.stat();
    requireRegular(about);
    return { file, about };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads an open file to its end. */
async function readToEnd(file: FileHandle, expected: number, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // One byte more than expected: a file that did not grow needs one buffer, including the read that finds its end.
  let buffer = Buffer.allocUnsafe(Math.min(expected, most) + 1);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
    length += bytesRead;
    if (length > most) throw new TooLongError(most);
    if (filled < buffer.length) continue;
    parts.push(buffer);
    buffer = Buffer.allocUnsafe(Math.min(CHUNK, most - length + 1));
    filled = 0;
  }
  parts.push(buffer.subarray(0, filled));
  return parts.length === 1 ? buffer.subarray(0, filled) : Buffer.concat(parts, length);
}

/**
 * Reads a regular file. Bytes are counted as they are read: its size may be wrong, or grow.
 *
 * @throws NotRegularError, TooLongError, NodeJS.ErrnoException
 */
export async function readRegular(path: string, most: number): Promise<Uint8Array> {
  const { file, about } = await openRegular(path);
  try {
    return await readToEnd(file, about.size, most);
  } finally {
    await file.close();
  }
}

/** As {@link readRegular}, but reads nothing if the caller already knows the file in this state. */
export async function readUnlessKnown(
  path: string,
  most: number,
  isKnown: (about: Stats) => boolean,
): Promise<{ readonly about: Stats; readonly bytes: Uint8Array | undefined }> {
  const { file, about } = await openRegular(path);
  try {
    return { about, bytes: isKnown(about) ? undefined : await readToEnd(file, about.size, most) };
  } finally {
    await file.close();
  }
}

/** A regular file's bytes as they are read. @throws as {@link readRegular} */
export async function* readRegularStream(path: string): AsyncGenerator<Uint8Array> {
  const { file } = await openRegular(path);
  // The stream closes the file.
  const stream: AsyncIterable<Uint8Array> = file.createReadStream({ highWaterMark: CHUNK });
  yield* stream;
}

/** As {@link readRegular}, synchronously. */
export function readRegularSync(path: string, most: number): Uint8Array {
  const file = openSync(path, FLAGS);
  try {
    requireRegular(fstatSync(file));
    const parts: Uint8Array[] = [];
    for (let length = 0; ;) {
      const part = Buffer.allocUnsafe(Math.min(CHUNK, most - length + 1));
      const read = readSync(file, part, 0, part.length, null);
      if (read === 0) return Buffer.concat(parts, length);
      length += read;
      if (length > most) throw new TooLongError(most);
      parts.push(part.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}
