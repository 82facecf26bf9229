import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../executable/run.ts';

/** A package of Debian that was fetched. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Folder with its files. */
  readonly files: string;
}

/** Options with which apt keeps everything in a folder, and knows only one architecture. */
function optionsIn(folder: string, architecture: string): string[] {
  const state = join(folder, 'state');
  mkdirSync(join(state, 'lists/partial'), { recursive: true });
  mkdirSync(join(folder, 'cache/archives/partial'), { recursive: true });
  writeFileSync(join(state, 'status'), '');
  return [
    '-qq',
    ...[
      `APT::Architecture=${architecture}`,
      `APT::Architectures::=${architecture}`,
      'APT::Sandbox::User=',
      `Dir::State=${state}`,
      `Dir::State::Lists=${join(state, 'lists')}`,
      `Dir::State::status=${join(state, 'status')}`,
      `Dir::Cache=${join(folder, 'cache')}`,
    ].flatMap((option) => ['-o', option]),
  ];
}

/**
 * Fetches packages for an architecture from the sources that this machine is configured for. apt checks their signatures.
 * Nothing is installed, and the machine's own package lists do not change.
 *
 * @param folder for what is fetched, and kept for the next time
 * @throws Error with what apt says
 */
export function fetchDebianPackages(
  names: readonly string[],
  architecture: string,
  folder: string,
): readonly DebianPackage[] {
  const options = optionsIn(folder, architecture);
  run('apt-get', [...options, 'update']);
  const into = join(folder, 'packages');
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into);
  const wanted = names.map((name) => `${name}:${architecture}`);
  run('apt-get', [...options, 'download', ...wanted], into);
  const archives = readdirSync(into);
  return names.map((name) => {
    const archive = archives.find((each) => each.startsWith(`${name}_`));
    if (archive === undefined) throw new Error(`apt-get downloaded nothing for ${name}`);
    const files = join(into, name);
    run('dpkg-deb', ['--extract', join(into, archive), files]);
    const field = (which: string): string =>
      run('dpkg-deb', ['--field', join(into, archive), which]).trim();
    return { name, version: field('Version'), architecture: field('Architecture'), files };
  });
}
