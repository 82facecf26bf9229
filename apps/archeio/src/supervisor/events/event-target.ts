import { close, constants, fstatSync, open, write } from 'node:fs';
import { promisify } from 'node:util';
import { writeBytes } from '../../platform/standard-output.ts';

/** Where events are written to. Nothing waits in it: each write is one call of the operating system, or fails. */
export interface EventTarget {
  /** Returns the number of bytes written, which may be less than all. @throws Error if none could be written */
  write(bytes: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** Opens the target with this name. @throws Error if it cannot be opened */
export type OpenTarget = (to: string) => Promise<EventTarget>;

/** The value of `events.to` for standard output. */
const STDOUT = 'stdout';

/** Append, so that the file may be cut by another program; never wait for the reader of a named pipe. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

const MODE = 0o640;

const openFile = promisify(open);
const closeFile = promisify(close);

function writeTo(file: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    write(file, bytes, 0, bytes.length, null, (error, written) =>
      error ? reject(error) : resolve(written),
    );
  });
}

/** Opens `stdout` or a file. */
export const openTarget: OpenTarget = async (to) => {
  if (to !== STDOUT) {
    const file = await openFile(to, FLAGS, MODE);
    return { write: (bytes) => writeTo(file, bytes), close: () => closeFile(file) };
  }
  const isFile = fstatSync(1).isFile();
  return {
    // Node.js writes to a file synchronously: a slow disk would stop the process.
    write: isFile
      ? (bytes) => writeTo(1, bytes)
      : async (bytes) => {
          await writeBytes(bytes);
          return bytes.length;
        },
    close: () => Promise.resolve(),
  };
};
