import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../source-files.ts';
import type { DebianPackage } from './debian-package.ts';

/** Names of the files in which packages state their licences. */
const LICENCES = '{LICEN[CS]E,NOTICE,COPYING,Licen[cs]e,licen[cs]e}*';

const RULE = '='.repeat(80);

function textsOf(folder: string): string[] {
  return globSync(LICENCES, { cwd: folder })
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
}

/** The part about a package of npm, which names at least its licence. */
function npmNotice(folder: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(ROOT, folder, 'package.json'), 'utf8'),
  );
  return [`${name} ${version}: ${license}`, ...textsOf(join(ROOT, folder))].join('\n\n');
}

/** The part about a package of Debian, whose file of copyrights may be in another package. */
function debianNotice({ name, version, files }: DebianPackage): string {
  const copyright = join(files, 'usr/share/doc', name, 'copyright');
  return existsSync(copyright)
    ? `${name} ${version}\n\n${readFileSync(copyright, 'utf8').trim()}`
    : `${name} ${version}: see the licences of GCC, with its runtime library exception`;
}

/**
 * The licences of everything in the image that is not Archeio itself, as those licences require.
 *
 * @param packages folders of the packages in the executable, relative to the checkout
 */
export function noticesOf(packages: readonly string[], debian: readonly DebianPackage[]): string {
  const parts = [
    ...['node_modules/bun', ...packages.filter((each) => each.includes('node_modules/'))].map(
      npmNotice,
    ),
    ...debian.map(debianNotice),
  ];
  return `${parts.join(`\n\n${RULE}\n\n`)}\n`;
}
