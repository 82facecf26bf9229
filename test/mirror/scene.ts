import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';

/** Commands required for real S3 and a real registry. */
export const COMMANDS: readonly string[] =
  'docker-registry radosgw ceph-mon ceph-osd radosgw-admin skopeo'.split(' ');

/** A registry to copy from and S3 to copy to, both real. */
export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly registry: DockerRegistry;
  readonly radosgw: Radosgw;
}

export async function startScene(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  const registry = await startDockerRegistry(join(folder, 'registry'));
  const radosgw = await startRadosgw(folder);
  return {
    folder,
    registry,
    radosgw,
    async [Symbol.asyncDispose]() {
      await radosgw[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
