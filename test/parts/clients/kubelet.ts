import { mustClean } from '../clean-command.ts';
import type { Containerd } from '../containerd.ts';
import { criPull, criRemove } from '../cri.ts';
import {
  blobsFor,
  type Client,
  nameOf,
  verifyConfiguration,
  verifyFile,
  versionIn,
} from './client.ts';

/** The registry in image names, for which a mirror is configured. */
const NAMED = 'registry.k8s.io';

/** containerd over the Container Runtime Interface, with a mirror in hosts.toml. */
export function kubelet(containerd: Containerd): Client {
  const takes = 'its own architecture';
  return {
    name: "the kubelet's way",
    asked: `CRI PullImage of ${NAMED}/…, a mirror of it in containerd's hosts.toml`,
    takes,
    version: async (surroundings) =>
      `containerd ${versionIn(await mustClean(['containerd', '--version'], surroundings))}`,
    async pull(source) {
      await containerd.collectGarbage();
      containerd.mirror(NAMED, `http://${source.host}`);
      const name = nameOf({ ...source, host: NAMED });
      verifyConfiguration(source.image, await criPull(containerd.socket, name));
      for (const each of blobsFor({ takes }, source.image))
        await verifyFile(containerd.blobs, each);
      await criRemove(containerd.socket, name);
    },
  };
}
