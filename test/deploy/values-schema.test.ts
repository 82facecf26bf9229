import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../../tools/source-files.ts';
import { blocksOf } from '../documentation/blocks.ts';
import { SAMPLES } from './chart-values.ts';
import { schemaValidator } from './installed-packages.ts';
import { CHART } from './rendered-chart.ts';

type Schema = Readonly<Record<string, unknown>>;

const read = (name: string): string => readFileSync(join(CHART, name), 'utf8');
const SCHEMA = JSON.parse(read('values.schema.json')) as Schema;

/** Every schema of objects in a schema, with its path. */
function objectSchemas(schema: unknown, path = ''): [string, Schema][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.entries(schema).flatMap(([key, value]) =>
    objectSchemas(value, `${path}/${key}`),
  );
  return 'type' in schema && schema.type === 'object' ? [[path, { ...schema }], ...inner] : inner;
}

suite('values.schema.json', () => {
  let problems: (value: unknown) => string[];
  before(async () => {
    problems = await schemaValidator(SCHEMA);
  });

  test('accepts the default values and those of every sample', () => {
    assert.deepEqual(problems(parse(read('values.yaml'))), []);
    for (const [name, values] of SAMPLES) assert.deepEqual(problems(values), [], name);
  });

  test('accepts the values that the guide shows', () => {
    const guide = readFileSync(join(ROOT, 'docs/guides/kubernetes.md'), 'utf8');
    const shown = blocksOf(guide).filter(({ text }) => text.startsWith('# values.yaml'));
    assert.equal(shown.length, 2);
    for (const { text } of shown) assert.deepEqual(problems(parse(text)), [], text);
  });

  test('is closed: each map has known keys, or values of a stated type', () => {
    const schemas = objectSchemas(SCHEMA);
    assert.ok(schemas.length > 20);
    for (const [path, { additionalProperties }] of schemas)
      assert.ok(
        // Belongs to a chart that contains this one.
        path === '/properties/global' ||
          additionalProperties === false ||
          JSON.stringify(additionalProperties) === '{"type":"string"}',
        path,
      );
  });

  test('knows the keys of values.yaml, and no others', () => {
    const keysOf = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]))
        : null;
    const propertiesOf = (schema: Schema, values: unknown): unknown => {
      const { properties } = schema as { properties?: Record<string, Schema> };
      if (properties === undefined) return keysOf(values);
      return Object.fromEntries(
        Object.entries(properties)
          .filter(([key]) => key !== 'global')
          .map(([key, inner]) => [
            key,
            propertiesOf(inner, (values as Record<string, unknown> | undefined)?.[key]),
          ]),
      );
    };
    const values = parse(read('values.yaml')) as Record<string, unknown>;
    const without = (keys: unknown): unknown => {
      const { resources: _, mirror, ...rest } = keys as Record<string, object>;
      const { resources: __, ...others } = mirror as Record<string, object>;
      return { ...rest, mirror: others };
    };
    // Resources have more quantities than the defaults set.
    assert.deepEqual(without(propertiesOf(SCHEMA, values)), without(keysOf(values)));
  });

  test('values.yaml has a comment above each key of its top level', () => {
    const lines = read('values.yaml').split('\n');
    const keys = lines.flatMap((line, at) => (/^[a-z]/i.test(line) ? [[line, lines[at - 1]]] : []));
    assert.ok(keys.length > 20);
    assert.deepEqual(
      keys.filter(([, above]) => !above?.startsWith('# ')),
      [],
    );
  });

  for (const [what, values, expected] of [
    [
      'an unknown key',
      { replicaCount: 2 },
      ': must NOT have additional properties ("replicaCount")',
    ],
    [
      'a misspelled key inside',
      { autoscaling: { maxReplica: 5 } },
      '/autoscaling: must NOT have additional properties ("maxReplica")',
    ],
    ['a number as text', { replicas: '2' }, '/replicas: must be integer'],
    [
      'a configuration as a map',
      { configuration: { version: 1 } },
      '/configuration: must be string',
    ],
    ['a privileged port', { ports: { public: 80 } }, '/ports/public: must be >= 1024'],
    [
      'a pull policy that does not exist',
      { image: { pullPolicy: 'Sometimes' } },
      '/image/pullPolicy: must be equal to one of the allowed values',
    ],
    ['a digest as a tag', { image: { tag: 'sha256:7031' } }, '/image/tag: must match pattern'],
    [
      'a port in the environment',
      { environment: { PORT: '80' } },
      '/environment: property name must be valid',
    ],
    [
      'a number in the environment',
      { environment: { LEVEL: 1 } },
      '/environment/LEVEL: must be string',
    ],
    [
      'a prefix that is an address',
      { networkPolicy: { from: ['10.0.0.1'] } },
      '/networkPolicy/from/0: must match pattern',
    ],
    [
      'a schedule that is none',
      { mirror: { schedule: 'hourly' } },
      '/mirror/schedule: must match pattern',
    ],
    [
      'no shards',
      { mirror: { firstCopy: { shards: 0 } } },
      '/mirror/firstCopy/shards: must be >= 1',
    ],
  ] as const)
    test(`refuses ${what}`, () => {
      const found = problems(values);
      assert.ok(
        found.some((problem) => problem.startsWith(expected)),
        found.join('\n'),
      );
    });
});
