import { mustClean } from '../clean-command.ts';
import { type Client, nameOf, verifyConfiguration, versionIn } from './client.ts';

/** podman with its storage and state in the current folder. */
export const PODMAN_COMMAND: readonly string[] = (
  'podman --root storage --runroot run --tmpdir tmp --storage-driver vfs ' +
  '--cgroup-manager cgroupfs --events-backend none'
).split(' ');

export const PODMAN: Client = {
  name: 'podman',
  asked: '`podman pull`',
  takes: 'its own architecture',
  version: async (surroundings) =>
    versionIn(await mustClean(['podman', '--version'], surroundings)),
  async pull(source, surroundings) {
    const id = await mustClean(
      [...PODMAN_COMMAND, 'pull', '--quiet', '--tls-verify=false', nameOf(source)],
      surroundings,
    );
    verifyConfiguration(source.image, id);
  },
};
