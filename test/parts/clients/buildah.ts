import { mustClean } from '../clean-command.ts';
import { type Client, nameOf, verifyConfiguration, versionIn } from './client.ts';

export const BUILDAH: Client = {
  name: 'buildah',
  asked: '`buildah pull`',
  takes: 'its own architecture',
  version: async (surroundings) =>
    versionIn(await mustClean(['buildah', '--version'], surroundings)),
  async pull(source, surroundings) {
    const storage = ['--root', 'storage', '--runroot', 'run', '--storage-driver', 'vfs'];
    const id = await mustClean(
      ['buildah', ...storage, 'pull', '--quiet', '--tls-verify=false', nameOf(source)],
      surroundings,
    );
    verifyConfiguration(source.image, id);
  },
};
