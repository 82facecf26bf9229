import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustClean } from './clean-command.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import { startPart } from './part-process.ts';

/** A containerd for this test alone, with the CRI plugin that a kubelet uses. */
export interface Containerd extends AsyncDisposable {
  readonly socket: string;
  /** Folder of its blobs, each named by the hexadecimal part of its digest. */
  readonly blobs: string;
  /** Sets the mirror URL for images of `registry` (hosts.toml). */
  mirror(registry: string, url: string): void;
  /** Runs garbage collection now instead of later. */
  collectGarbage(this: void): Promise<void>;
}

/** Starts it with its data and log in `parent`, inside `namespace` if given. Needs root. */
export async function startContainerd(
  parent: string,
  namespace?: NetworkNamespace,
): Promise<Containerd> {
  const folder = join(parent, 'containerd');
  const registries = join(folder, 'certs.d');
  mkdirSync(registries, { recursive: true });
  const socket = join(folder, 'containerd.sock');
  const configuration = join(folder, 'config.toml');
  writeFileSync(
    configuration,
    `version = 2
root = "${folder}/root"
state = "${folder}/state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
[grpc]
address = "${socket}"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".cni]
conf_dir = "${folder}/cni"
bin_dir = "${folder}/cni"
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "${registries}"
`,
  );
  const part = startPart('containerd', ['containerd', '--config', configuration], {
    folder,
    namespace,
  });
  await part.until(() =>
    mustClean(['ctr', '--address', socket, 'version'], { folder }).then(
      () => true,
      () => false,
    ),
  );
  return {
    socket,
    blobs: join(folder, 'root/io.containerd.content.v1.content/blobs/sha256'),
    mirror(registry, url) {
      mkdirSync(join(registries, registry), { recursive: true });
      // `server` is the last resort: without this line it is the registry itself, over the Internet.
      writeFileSync(
        join(registries, registry, 'hosts.toml'),
        `server = "${url}"\n[host."${url}"]\ncapabilities = ["pull", "resolve"]\n`,
      );
    },
    async collectGarbage() {
      const ctr = ['ctr', '--address', socket, 'leases'];
      const id = randomUUID();
      await mustClean([...ctr, 'create', '--id', id], { folder });
      await mustClean([...ctr, 'delete', '--sync', id], { folder });
    },
    [Symbol.asyncDispose]: () => part[Symbol.asyncDispose](),
  };
}
