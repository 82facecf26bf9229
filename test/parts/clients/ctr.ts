import { mustClean } from '../clean-command.ts';
import type { Containerd } from '../containerd.ts';
import { ownPlatform } from '../oci-image.ts';
import { blobsFor, type Client, nameOf, verifyFile, versionIn } from './client.ts';

/** containerd's own client. */
export function ctr({ socket, blobs, collectGarbage }: Containerd): Client {
  const command = ['ctr', '--address', socket];
  const takes = 'its own architecture';
  return {
    name: 'ctr',
    asked: '`ctr content fetch`',
    takes,
    version: async (surroundings) => versionIn(await mustClean(['ctr', '--version'], surroundings)),
    async pull(source, surroundings) {
      await collectGarbage();
      const name = nameOf(source);
      await mustClean([...command, 'content', 'fetch', '--plain-http', name], surroundings);
      const { index } = source.image;
      for (const each of [
        index,
        ownPlatform(source.image).manifest,
        ...blobsFor({ takes }, source.image),
      ])
        await verifyFile(blobs, each);
      await mustClean([...command, 'images', 'remove', '--sync', name], surroundings);
    },
  };
}
