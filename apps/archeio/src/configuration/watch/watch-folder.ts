import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Calls back when something happens in a file's directory: editors and ConfigMaps replace the file, which a
 * watch on the file itself would miss. If the system has no events (a missing directory, no watches left),
 * it calls nothing, and only polling finds changes.
 *
 * @returns a function that stops it
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
