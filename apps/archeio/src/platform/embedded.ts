/** Folder of the files inside the executable. `bun build --compile` sets it; `tools/executable` lays the files out. */
const ROOT = 'file:///$bunfs/root/';

/** Whether this process is the executable, which has no files next to its code. */
export function isExecutable(): boolean {
  return typeof Bun !== 'undefined' && Bun.isStandaloneExecutable;
}

/** URL of a file inside the executable; undefined in a checkout or an installed package. */
export function embedded(path: string): URL | undefined {
  return isExecutable() ? new URL(path, ROOT) : undefined;
}

/** Names of files inside the executable that do not follow from the source. */
export const EMBEDDED = {
  /** Folder of what ships; the files of the console are in its folder `console`. */
  shipped: 'shipped/',
  ranges: 'shipped/ranges.bin',
  preset: 'shipped/preset.yaml',
  /** The revision of the source, as text; may be empty. */
  revision: 'shipped/revision',
  readingThread: 'configuration/reading-thread.js',
  /** Not a file: the argument with which the executable starts as a worker's process. */
  workerProcess: 'worker/worker-process',
} as const;
