import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { SAMPLES } from './chart-values.ts';
import { type Labels, ofKind, podsOf } from './kubernetes-object.ts';
import { NEEDS, objectsOf, renderedText } from './rendered-chart.ts';

/** What the API server refuses, and no type says. */
const LABEL = /^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_KEY = /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PORT_NAME = /^(?=.{1,15}$)[a-z0-9](?:-?[a-z0-9])*$/;

/** The longest name that a release may have in Helm. */
const LONGEST = `r${'0'.repeat(52)}`;

suite('names in the chart', { skip: unavailable(NEEDS) }, () => {
  for (const [sample, values] of SAMPLES)
    for (const release of ['archeio', LONGEST])
      test(`${sample}: the API server accepts those of a release with ${release.length} letters`, async () => {
        const objects = objectsOf(await renderedText(values, ['-name', release]));
        const legal = (labels: Labels = {}): void => {
          for (const [key, value] of Object.entries(labels)) {
            assert.match(key, LABEL_KEY);
            assert.match(value, LABEL_VALUE, key);
          }
        };
        for (const { metadata, kind } of objects) {
          assert.match(metadata.name, LABEL);
          // The controller adds eleven characters to the name of each Job.
          if (kind === 'CronJob') assert.ok(metadata.name.length <= 52);
          legal(metadata.labels);
        }
        for (const [, { metadata, spec }] of podsOf(objects)) {
          legal(metadata.labels);
          for (const { name } of spec.volumes) assert.match(name, LABEL);
          for (const { ports = [] } of spec.containers)
            for (const { name } of ports) assert.match(name, PORT_NAME);
        }
        for (const { spec } of ofKind(objects, 'Service'))
          for (const { name } of spec.ports) assert.match(name, PORT_NAME);
      });
});
