import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { type KubernetesObject, podsOf } from './kubernetes-object.ts';
import { patched, type Operation } from './json-patch.ts';
import { objectsOf } from './rendered-chart.ts';

/**
 * The part of kustomize that deploy/kustomize uses. Everything else is refused, so that a file cannot ask for something
 * that this reads differently.
 */
interface Kustomization {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly resources: readonly string[];
  readonly images?: readonly {
    readonly name: string;
    readonly newName: string;
    readonly newTag: string;
  }[];
  readonly configMapGenerator?: readonly {
    readonly name: string;
    readonly behavior: string;
    readonly files: readonly string[];
    readonly options: { readonly disableNameSuffixHash: boolean };
  }[];
  readonly patches?: readonly {
    readonly target: { readonly kind: string; readonly name: string };
    readonly patch: string;
  }[];
}

function onlyKeys(value: object, keys: readonly string[], where: string): void {
  const others = Object.keys(value).filter((key) => !keys.includes(key));
  assert.deepEqual(others, [], `${where} has fields that are unknown here`);
}

function read(folder: string): Kustomization {
  const file = join(folder, 'kustomization.yaml');
  const read: Kustomization = parse(readFileSync(file, 'utf8'));
  const known = [
    'apiVersion',
    'kind',
    'namespace',
    'resources',
    'images',
    'configMapGenerator',
    'patches',
  ];
  onlyKeys(read, known, file);
  assert.deepEqual(
    [read.apiVersion, read.kind],
    ['kustomize.config.k8s.io/v1beta1', 'Kustomization'],
  );
  for (const image of read.images ?? []) onlyKeys(image, ['name', 'newName', 'newTag'], file);
  for (const generator of read.configMapGenerator ?? []) {
    onlyKeys(generator, ['name', 'behavior', 'files', 'options'], file);
    assert.equal(generator.behavior, 'replace');
    assert.deepEqual(generator.options, { disableNameSuffixHash: true });
  }
  for (const patch of read.patches ?? []) {
    onlyKeys(patch, ['target', 'patch'], file);
    onlyKeys(patch.target, ['kind', 'name'], file);
  }
  return read;
}

/** The one object with this kind and name, which must exist. */
function find(objects: readonly KubernetesObject[], kind: string, name: string): number {
  const found = objects.findIndex((each) => each.kind === kind && each.metadata.name === name);
  assert.notEqual(found, -1, `there is no ${kind} ${name}`);
  return found;
}

/** Replaces the name and tag of the images with this name. */
function withImage(object: KubernetesObject, name: string, image: string): KubernetesObject {
  const copy = structuredClone(object);
  for (const [, { spec }] of podsOf([copy]))
    for (const container of spec.containers)
      if (container.image.replace(/:[^/]*$/, '') === name) Object.assign(container, { image });
  return copy;
}

/** The objects that `kubectl kustomize` would print for a folder, in the order of its resources. */
export function kustomized(folder: string): KubernetesObject[] {
  const { namespace, resources, images = [], configMapGenerator = [], patches = [] } = read(folder);
  let objects = resources.flatMap((resource) => {
    const path = join(folder, resource);
    return statSync(path).isDirectory() ? kustomized(path) : objectsOf(readFileSync(path, 'utf8'));
  });
  for (const { name, files } of configMapGenerator) {
    const at = find(objects, 'ConfigMap', name);
    const data = files.map((file) => [basename(file), readFileSync(join(folder, file), 'utf8')]);
    objects[at] = { ...objects[at], data: Object.fromEntries(data) } as KubernetesObject;
  }
  for (const { target, patch } of patches) {
    const at = find(objects, target.kind, target.name);
    objects[at] = patched(objects[at], parse(patch) as Operation[]) as KubernetesObject;
  }
  for (const { name, newName, newTag } of images)
    objects = objects.map((object) => withImage(object, name, `${newName}:${newTag}`));
  if (namespace === undefined) return objects;
  return objects.map((object) =>
    object.kind === 'Namespace'
      ? object
      : { ...object, metadata: { ...object.metadata, namespace } },
  );
}
