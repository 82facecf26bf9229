import { mustClean } from '../clean-command.ts';
import type { Containerd } from '../containerd.ts';
import type { Dockerd } from '../dockerd.ts';
import { type Client, nameOf, verifyConfiguration, versionIn } from './client.ts';

/** Docker, using a running daemon that stores manifests in that containerd. */
export function docker({ command }: Dockerd, containerd: Containerd): Client {
  return {
    name: 'docker',
    asked: '`docker pull`',
    takes: 'its own architecture',
    version: async (surroundings) =>
      versionIn(await mustClean(['/usr/bin/docker', '--version'], surroundings)),
    async pull(source, surroundings) {
      await containerd.collectGarbage();
      const name = nameOf(source);
      await mustClean([...command, 'pull', '--quiet', name], surroundings);
      const inspect = [...command, 'image', 'inspect', '--format', '{{.Id}}', name];
      verifyConfiguration(source.image, await mustClean(inspect, surroundings));
      await mustClean([...command, 'image', 'rm', '--force', name], surroundings);
    },
  };
}
