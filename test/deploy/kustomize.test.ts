import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { generatedFiles, presentFiles } from '../../tools/render-deploy.ts';
import { ROOT } from '../../tools/source-files.ts';
import { unavailable } from '../parts/availability.ts';
import { run } from '../parts/command.ts';
import { refusedFields } from './closed-types.ts';
import { patched } from './json-patch.ts';
import { configMap, type KubernetesObject, ofKind, podsOf } from './kubernetes-object.ts';
import { kustomized } from './kustomization.ts';
import { NEEDS } from './rendered-chart.ts';

const FOLDER = join(ROOT, 'deploy/kustomize');
const GENERATED = ['base', 'monitoring', 'mirror', 'first-copy'];
const OVERLAYS = readdirSync(join(FOLDER, 'overlays')).map((name) => `overlays/${name}`);

const objectsIn = (folder: string): KubernetesObject[] => kustomized(join(FOLDER, folder));

test(
  "the manifests, and the chart's copies, are as npm run deploy:render writes them",
  { skip: unavailable(NEEDS) },
  async () => {
    const files = await generatedFiles();
    assert.deepEqual(presentFiles().toSorted(), [...files.keys()].toSorted());
    for (const [path, text] of files)
      assert.equal(
        readFileSync(join(ROOT, path), 'utf8'),
        text,
        `npm run deploy:render writes ${path}`,
      );
  },
);

suite('kustomize', () => {
  test('every folder has only fields that Kubernetes knows', async () => {
    const all = [...GENERATED, ...OVERLAYS].flatMap(objectsIn);
    assert.ok(all.length > 30);
    assert.deepEqual(await refusedFields(all), {});
  });

  test('overlays only name what exists, replace the image everywhere and set one namespace', () => {
    for (const overlay of OVERLAYS) {
      const objects = objectsIn(overlay);
      for (const [pod, { spec }] of podsOf(objects))
        for (const { image } of spec.containers)
          assert.match(image, /^registry\.example\.com\/archeio:/, `${overlay}: ${pod}`);
      const namespaced = objects.filter(({ kind }) => kind !== 'Namespace');
      for (const { metadata } of namespaced)
        assert.equal((metadata as { namespace?: string }).namespace, 'archeio');
    }
  });

  test('overlays keep the name of the ConfigMap that the pods mount', () => {
    for (const overlay of OVERLAYS) {
      const objects = objectsIn(overlay);
      for (const [, { spec }] of podsOf(objects))
        for (const { configMap: mounted } of spec.volumes)
          if (mounted) assert.ok(Object.keys(configMap(objects, mounted.name)).length > 0);
    }
  });

  test('the patches of production take effect', () => {
    const objects = objectsIn('overlays/production');
    const [{ spec }] = ofKind(objects, 'HorizontalPodAutoscaler');
    assert.deepEqual([spec.minReplicas, spec.maxReplicas], [3, 30]);
    const [service] = ofKind(objects, 'Service');
    const { type, externalTrafficPolicy } = service.spec as unknown as Record<string, unknown>;
    assert.deepEqual([type, externalTrafficPolicy], ['LoadBalancer', 'Local']);
  });

  test('archeio config check accepts the configuration of each folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kustomize-'));
    try {
      const texts = [...GENERATED, ...OVERLAYS].flatMap((each) =>
        objectsIn(each)
          .filter(
            ({ kind, metadata }) => kind === 'ConfigMap' && !metadata.name.endsWith('-dashboard'),
          )
          .flatMap((object) => Object.values(configMap([object], object.metadata.name))),
      );
      assert.equal(texts.length, 5);
      for (const [at, text] of texts.entries()) {
        const file = join(folder, `${at}.yaml`);
        writeFileSync(file, text);
        const archeio = join(ROOT, 'apps/archeio/bin/archeio');
        const { code, stderr } = await run(archeio, ['config', 'check', '--strict', file]);
        assert.equal(code, 0, stderr);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a patch of something that does not exist is an error', () => {
    const object = { spec: { minReplicas: 2 } };
    assert.deepEqual(patched(object, [{ op: 'replace', path: '/spec/minReplicas', value: 3 }]), {
      spec: { minReplicas: 3 },
    });
    assert.deepEqual(patched(object, [{ op: 'remove', path: '/spec/minReplicas' }]), { spec: {} });
    for (const path of ['/spec/maxReplicas', '/status/replicas', 'spec', '/spec/minReplicas/x'])
      assert.throws(() => patched(object, [{ op: 'replace', path, value: 3 }]), /cannot replace/);
  });
});
