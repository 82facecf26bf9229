import { join } from 'node:path';
import { mustClean } from '../clean-command.ts';
import type { PartSurroundings } from '../part-process.ts';
import { type Client, nameOf, type Source, verifyFile, versionIn } from './client.ts';

/** Copies an image of all architectures into an OCI layout in the folder. */
export async function skopeoCopy(source: Source, surroundings: PartSurroundings): Promise<void> {
  await mustClean(
    [
      'skopeo',
      'copy',
      '--all',
      '--src-tls-verify=false',
      `docker://${nameOf(source)}`,
      'oci:pulled:1',
    ],
    surroundings,
  );
  const { index, manifests, blobs } = source.image;
  for (const each of [index, ...manifests, ...blobs])
    await verifyFile(join(surroundings.folder, 'pulled/blobs/sha256'), each);
}

export const SKOPEO: Client = {
  name: 'skopeo',
  asked: '`skopeo copy --all docker://… oci:…`',
  takes: 'every architecture',
  version: async (surroundings) =>
    versionIn(await mustClean(['skopeo', '--version'], surroundings)),
  pull: skopeoCopy,
};
