import {
  chmodSync,
  copyFileSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Platform } from '../executable/platform.ts';
import { ROOT } from '../source-files.ts';
import type { DebianPackage } from './debian-package.ts';

/** The user of the image. */
export const USER = '65532';

/** Where the image has the list of its contents. */
export const SBOM = '/usr/share/archeio/sbom.cdx.json';

/** What the program writes, if a volume is mounted there. */
export const STATE = '/var/lib/archeio';

/** Where programs look for certificates. */
export const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Packages that the image needs, by what is taken from each. */
export const DEBIAN_PACKAGES = {
  library: 'libc6',
  /** The C library loads it when a thread ends by pthread_exit. */
  unwinder: 'libgcc-s1',
  certificates: 'ca-certificates',
} as const;

/** What the executable is linked against, and `libgcc_s.so.1`. */
const LIBRARIES = ['libc.so.6', 'libm.so.6', 'libpthread.so.0', 'libdl.so.2'];
const UNWINDER = 'libgcc_s.so.1';

/** Text files, by path. */
const TEXTS: Readonly<Record<string, string>> = {
  '/etc/passwd': `root:x:0:0:root:/:/nonexistent\nnonroot:x:${USER}:${USER}:nonroot:/:/nonexistent\n`,
  '/etc/group': `root:x:0:\nnonroot:x:${USER}:\n`,
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

/** A root file system that is being written. */
class RootFilesystem {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Creates a folder, and returns its path on this machine. */
  folder(path: string): string {
    const folder = join(this.#folder, path);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder(dirname(path)), basename(path)), text);
  }

  /** Copies a file, or what a link leads to. */
  copy(from: string, path: string): void {
    copyFileSync(from, join(this.folder(dirname(path)), basename(path)));
  }

  /** Sets all modes, which would otherwise depend on the umask: whatever was a program stays one. */
  setModes(): void {
    for (const entry of readdirSync(this.#folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      const executable = entry.isDirectory() || (statSync(path).mode & 0o100) !== 0;
      chmodSync(path, executable ? 0o755 : 0o644);
    }
    chmodSync(this.#folder, 0o755);
  }
}

function packageNamed(packages: readonly DebianPackage[], name: string): DebianPackage {
  const found = packages.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} was not fetched`);
  return found;
}

/** What goes into an image. */
interface Ingredients {
  readonly executable: string;
  /** Those of {@link DEBIAN_PACKAGES}. */
  readonly debian: readonly DebianPackage[];
  /** Text of {@link SBOM}. */
  readonly sbom: string;
  /** Text of the licences of what is not Archeio itself. */
  readonly notices: string;
}

/** Writes everything that the image contains to `folder`. */
export function writeRootFilesystem(
  folder: string,
  { triplet, linker }: Platform,
  { executable, debian, sbom, notices }: Ingredients,
): void {
  const root = new RootFilesystem(folder);
  const [library, unwinder, certificates] = [
    DEBIAN_PACKAGES.library,
    DEBIAN_PACKAGES.unwinder,
    DEBIAN_PACKAGES.certificates,
  ].map((name) => packageNamed(debian, name).files);
  root.copy(executable, '/usr/bin/archeio');
  // Under the linker's own name the package has a link, which may lead to this machine's.
  root.copy(join(library ?? '', 'lib', triplet, basename(linker)), linker);
  for (const name of LIBRARIES)
    root.copy(join(library ?? '', 'lib', triplet, name), `/lib/${triplet}/${name}`);
  root.copy(join(unwinder ?? '', 'lib', triplet, UNWINDER), `/lib/${triplet}/${UNWINDER}`);
  const bundle = globSync('usr/share/ca-certificates/mozilla/*.crt', { cwd: certificates ?? '' });
  if (bundle.length === 0) throw new Error('the package of certificates has none');
  root.write(
    CERTIFICATES,
    bundle
      .toSorted()
      .map((file) => readFileSync(join(certificates ?? '', file), 'utf8'))
      .join(''),
  );
  for (const [path, text] of Object.entries(TEXTS)) root.write(path, text);
  root.copy(join(ROOT, 'LICENSE'), '/usr/share/doc/archeio/LICENSE');
  root.write('/usr/share/doc/archeio/THIRD-PARTY-LICENSES', notices);
  root.write(SBOM, sbom);
  root.folder(dirname(STATE));
  root.setModes();
}
