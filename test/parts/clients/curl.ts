import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { mustClean, runClean } from '../clean-command.ts';
import type { PartSurroundings } from '../part-process.ts';
import { ownPlatform } from '../oci-image.ts';
import { blobsFor, type Client, type Source, verifyFile, versionIn } from './client.ts';

const ACCEPTED = ['index', 'manifest'].map((kind) => `application/vnd.oci.image.${kind}.v1+json`);

/** curl's exit code for a transfer that ended early. */
const PARTIAL = 18;

/** Downloads a blob or manifest, or part of it, to a file named for its digest. */
async function read(
  { host, repository }: Source,
  what: string,
  digest: string,
  surroundings: PartSurroundings,
  ...more: readonly string[]
): Promise<void> {
  const file = join(surroundings.folder, 'pulled', digest.slice('sha256:'.length));
  const options = ['--silent', '--show-error', '--fail', '--location', '--output', file, ...more];
  const url = `http://${host}/v2/${repository}/${what}`;
  const { code, stderr } = await runClean(['curl', ...options, url], surroundings);
  if (code !== 0 && code !== PARTIAL) throw new Error(stderr);
}

/** curl as a script uses it: half of each blob first, then the rest from where the file ends (`-C -`). */
export const CURL: Client = {
  name: 'curl',
  asked: '`curl -L` of half a blob, then `curl -L -C -`',
  takes: 'its own architecture',
  version: async (surroundings) => versionIn(await mustClean(['curl', '--version'], surroundings)),
  async pull(source, surroundings) {
    const folder = join(surroundings.folder, 'pulled');
    mkdirSync(folder);
    const { index } = source.image;
    const { manifest } = ownPlatform(source.image);
    const accept = ['--header', `Accept: ${ACCEPTED.join(', ')}`];
    await read(source, `manifests/${source.reference}`, index.digest, surroundings, ...accept);
    await read(source, `manifests/${manifest.digest}`, manifest.digest, surroundings, ...accept);
    const blobs = blobsFor(this, source.image);
    for (const { digest, size } of blobs) {
      const half = ['--range', `0-${Math.floor(size / 2) - 1}`];
      await read(source, `blobs/${digest}`, digest, surroundings, ...half);
      await read(source, `blobs/${digest}`, digest, surroundings, '--continue-at', '-');
    }
    for (const each of [index, manifest, ...blobs]) await verifyFile(folder, each);
  },
};
