import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { stringify } from 'yaml';
import { ROOT } from '../../tools/source-files.ts';
import { unavailable } from '../parts/availability.ts';
import { mustClean } from '../parts/clean-command.ts';
import { writeOciImage } from '../parts/oci-image.ts';
import { ConfigMapVolume } from './config-map-volume.ts';
import { configMap, type Container, type KubernetesObject, ofKind } from './kubernetes-object.ts';
import { NEEDS, renderedObjects } from './rendered-chart.ts';

const SHARDS = 3;
const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');

suite('the mirror as the chart runs it', { skip: unavailable(NEEDS) }, () => {
  test(
    'each worker of the first copy copies its share, and the CronJob finds nothing left',
    { timeout: 120_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'mirrored-'));
      try {
        const image = writeOciImage(join(folder, 'layout'), '3.9');
        const repositories = { from: 'layout', path: image.layout, name: 'pause' };
        const disk = { name: 'disk', type: 'directory', path: join(folder, 'blobs') };
        const mirror = { source: { repositories }, destinations: [disk] };
        const objects: KubernetesObject[] = await renderedObjects({
          image: { repository: 'registry.example.com/archeio' },
          mirror: {
            enabled: true,
            configuration: stringify({ version: 1, mirror }),
            firstCopy: { enabled: true, shards: SHARDS },
          },
        });
        using volume = new ConfigMapVolume(configMap(objects, 'archeio-mirror'));
        /** The container as the kubelet runs it: it replaces the path of the volume and $(SHARD). */
        const blobsOf = async ({ args, volumeMounts }: Container, index = ''): Promise<number> => {
          const { mountPath } = volumeMounts.find(({ name }) => name === 'configuration')!;
          const given = args.map((argument) =>
            argument.replace(mountPath, volume.path).replace('$(SHARD)', index),
          );
          const printed = await mustClean([LAUNCHER, ...given, '--json'], { folder });
          return (JSON.parse(printed) as { blobs: number }).blobs;
        };
        const [{ spec: job }] = ofKind(objects, 'Job');
        const [worker] = job.template.spec.containers;
        let copied = 0;
        for (let index = 0; index < job.completions; index++)
          copied += await blobsOf(worker, String(index));
        assert.equal(copied, image.blobs.length);
        for (const { digest } of image.blobs)
          assert.ok(existsSync(join(folder, 'blobs/containers/images', digest)), digest);
        const [{ spec: cronJob }] = ofKind(objects, 'CronJob');
        assert.equal(await blobsOf(cronJob.jobTemplate.spec.template.spec.containers[0]), 0);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
