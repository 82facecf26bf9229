import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Calls back when something happens in a file's folder: editors and ConfigMaps put a new file in its place, which a
 * watch on the file itself would lose. Where the system has no events (a folder that is not there, no watches left)
 * nothing is called, and only reading finds changes.
 *
 * @returns what ends it
 */
export function watchFolder(path: string, stirred: () => void): () => void {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(path), { persistent: false }, stirred);
    watcher.on('error', () => watcher?.close());
  } catch {
    return () => undefined;
  }
  return () => watcher?.close();
}
