import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { SAMPLES } from './chart-values.ts';
import { refusedFields } from './closed-types.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { NEEDS, renderedObjects } from './rendered-chart.ts';

/** Maps whose keys are the user's, by their own key. */
const OPEN = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'data',
  'limits',
  'requests',
]);

/** The path of every map in a value whose keys the API defines; of lists, the first item is enough. */
function closedMaps(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  const inner = Object.entries(value)
    .filter(([key]) => !isList || key === '0')
    .flatMap(([key, each]) => closedMaps(each, [...path, key]));
  return isList || OPEN.has(path.at(-1) ?? '') ? inner : [[...path], ...inner];
}

/** A copy with an unknown key in one map, named for the map so that the answer tells which. */
function withUnknownKey(object: KubernetesObject, path: readonly string[]): KubernetesObject {
  const copy = structuredClone(object);
  let map: unknown = copy;
  for (const key of path) map = (map as Record<string, unknown>)[key];
  Object.assign(map as object, { zzz: 1 });
  const name = [...path, object.kind].join('.');
  return { ...copy, metadata: { ...copy.metadata, name } };
}

suite('the types of objects', { skip: unavailable(NEEDS) }, () => {
  test(
    'refuse an unknown key in every map of every kind, at any depth',
    { timeout: 120_000 },
    async () => {
      const objects = [...(await renderedObjects(SAMPLES.get('production')!))];
      objects.push(...(await renderedObjects(SAMPLES.get('mirror')!)));
      const changed = new Map<string, KubernetesObject>();
      for (const object of objects)
        for (const path of closedMaps(object)) {
          // The selector of a Service is a map of labels; those of other kinds have fields.
          if (object.kind === 'Service' && path.at(-1) === 'selector') continue;
          const copy = withUnknownKey(object, path);
          changed.set(copy.metadata.name, copy);
        }
      assert.ok(changed.size > 100, String(changed.size));
      const refused = await refusedFields([...changed.values()]);
      const accepted = [...changed.values()].filter(
        ({ kind, metadata }) =>
          !refused[`${kind} ${metadata.name}`]?.some((problem) => problem.includes('"zzz"')),
      );
      assert.deepEqual(
        accepted.map(({ metadata }) => metadata.name),
        [],
      );
    },
  );
});
