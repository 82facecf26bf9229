import { mustClean } from '../clean-command.ts';
import { startDockerRegistry } from '../docker-registry.ts';
import { type Client, versionIn } from './client.ts';
import { skopeoCopy } from './skopeo.ts';

/** A pull-through docker-registry, started empty for each pull; skopeo pulls from it. */
export const PULL_THROUGH_CACHE: Client = {
  name: 'a pull-through cache',
  asked: 'docker-registry with `proxy.remoteurl`, asked by skopeo',
  takes: 'every architecture',
  version: async (surroundings) =>
    `docker-registry ${versionIn(await mustClean(['docker-registry', '--version'], surroundings))}`,
  async pull(source, surroundings) {
    const { folder, namespace } = surroundings;
    await using cache = await startDockerRegistry(folder, {
      remote: `http://${source.host}`,
      namespace,
    });
    await skopeoCopy({ ...source, host: cache.host }, surroundings);
  },
};
