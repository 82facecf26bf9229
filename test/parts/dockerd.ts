import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runClean } from './clean-command.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import { startPart } from './part-process.ts';

/** A Docker daemon for this test alone. */
export interface Dockerd extends AsyncDisposable {
  /** The client command that talks to it, without arguments. */
  readonly command: readonly string[];
}

/**
 * Starts it with its data and log in `parent`. Needs root.
 *
 * @param namespace its network; its containers cannot run in another one than this machine's
 * @param containerd the socket of the containerd that would run its containers
 * @param plain hosts to ask over plain HTTP, besides 127.0.0.1
 */
export async function startDockerd(
  parent: string,
  namespace: NetworkNamespace | undefined,
  containerd: string,
  plain: readonly string[],
): Promise<Dockerd> {
  const folder = join(parent, 'dockerd');
  mkdirSync(folder);
  const host = `unix://${folder}/docker.sock`;
  const configuration = join(folder, 'daemon.json');
  writeFileSync(
    configuration,
    JSON.stringify({
      hosts: [host],
      containerd,
      'data-root': join(folder, 'data'),
      'exec-root': join(folder, 'exec'),
      pidfile: join(folder, 'dockerd.pid'),
      'storage-driver': 'vfs',
      bridge: 'none',
      iptables: false,
      ip6tables: false,
      'insecure-registries': plain,
    }),
  );
  const part = startPart('dockerd', ['dockerd', '--config-file', configuration], {
    folder,
    namespace,
  });
  const command = ['/usr/bin/docker', '--host', host];
  await part.until(async () => (await runClean([...command, 'version'], { folder })).code === 0);
  return {
    command,
    async [Symbol.asyncDispose]() {
      await part[Symbol.asyncDispose]();
      // Remains if a container has used its network.
      await runClean(['umount', `${folder}/exec/netns/default`], { folder });
    },
  };
}
