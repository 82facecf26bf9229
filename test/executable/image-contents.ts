import { must } from '../parts/command.ts';
import type { LaidOutImage } from './image-layout.ts';

const TRIPLETS = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Everything that an image contains, folders aside. */
export function filesFor(architecture: 'amd64' | 'arm64'): string[] {
  const libraries = ['libc.so.6', 'libdl.so.2', 'libgcc_s.so.1', 'libm.so.6', 'libpthread.so.0'];
  const linker = { amd64: '/lib64/ld-linux-x86-64.so.2', arm64: '/lib/ld-linux-aarch64.so.1' };
  return [
    ...['group', 'nsswitch.conf', 'passwd', 'ssl/certs/ca-certificates.crt'].map(
      (name) => `/etc/${name}`,
    ),
    ...libraries.map((name) => `/lib/${TRIPLETS[architecture]}/${name}`),
    linker[architecture],
    '/usr/bin/archeio',
    '/usr/share/archeio/sbom.cdx.json',
    '/usr/share/doc/archeio/LICENSE',
    '/usr/share/doc/archeio/THIRD-PARTY-LICENSES',
  ].toSorted();
}

/** An image's list of its contents. */
interface Sbom {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp: string };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl?: string;
    readonly hashes?: readonly { readonly content: string }[];
  }[];
}

export async function sbomOf({ layer }: LaidOutImage): Promise<Sbom> {
  return JSON.parse(await must('tar', ['-xOzf', layer, 'usr/share/archeio/sbom.cdx.json']));
}
