import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  consoleSources,
  embeddedFiles,
} from '../../apps/archeio/src/supervisor/admin/console-sources.ts';
import { EMBEDDED } from '../../apps/archeio/src/platform/embedded.ts';
import { ROOT } from '../source-files.ts';

/**
 * Copies what the program reads from files to `folder`/shipped, as the executable has it, and returns that folder.
 *
 * @param revision of the source; empty if unknown
 */
export function stageFiles(folder: string, revision: string): string {
  const shipped = join(folder, EMBEDDED.shipped);
  mkdirSync(shipped);
  copyFileSync(join(ROOT, 'packages/clouds/data/ranges.bin'), join(folder, EMBEDDED.ranges));
  copyFileSync(
    join(ROOT, 'apps/archeio/presets/registry.k8s.io.yaml'),
    join(folder, EMBEDDED.preset),
  );
  writeFileSync(join(folder, EMBEDDED.revision), `${revision}\n`);
  const locate = embeddedFiles(pathToFileURL(shipped));
  for (const [path, { file }] of consoleSources()) {
    const copy = locate(path);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
  return fileURLToPath(pathToFileURL(shipped.replace(/\/$/, '')));
}
