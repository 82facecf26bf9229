import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stringify } from 'yaml';
import { shippedRanges } from '../shipped.ts';
import type { Configuration } from './configuration.ts';
import { type Filled, fillDefaults, isFilledList, isFilledMap } from './fill-defaults.ts';
import { configurationOf, type LoadedConfiguration } from './load-configuration.ts';
import { formatProblem } from './problem.ts';

const FOLDER = join(import.meta.dirname, '../../examples');
const PRESET = join(import.meta.dirname, '../../presets/registry.k8s.io.yaml');
const files = [PRESET, ...readdirSync(FOLDER).map((name) => join(FOLDER, name))];
const { places } = shippedRanges();

const load = (text: string): LoadedConfiguration =>
  configurationOf(
    { text, name: 'example' },
    { kind: 'file', path: 'example' },
    { environment: {} },
    places,
  );

function plain({ content }: Filled): unknown {
  if (isFilledMap(content))
    return Object.fromEntries([...content].map(([key, each]) => [key, plain(each)]));
  return isFilledList(content) ? content.map(plain) : content;
}

describe('the preset and the examples', () => {
  assert.ok(files.length > 5);
  for (const path of files) {
    test(`${path.slice(path.lastIndexOf('/') + 1)} is clean, and the same with its defaults written out`, () => {
      const { configuration, warnings, source, marks } = load(readFileSync(path, 'utf8'));
      assert.deepEqual(warnings.map(formatProblem), []);
      const filled: unknown = plain(fillDefaults(source, marks));
      const again: Configuration = load(
        stringify(filled, { aliasDuplicateObjects: false }),
      ).configuration;
      assert.deepEqual(again, configuration);
    });
  }
});
