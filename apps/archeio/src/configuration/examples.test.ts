import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stringify } from 'yaml';
import { shippedRanges } from './shipped.ts';
import {
  type Configuration,
  type Filled,
  fillDefaults,
  isFilledList,
  isFilledMap,
  formatProblem,
} from '@archeio/configuration';
import { configurationOf } from './load-configuration.ts';

const FOLDER = join(import.meta.dirname, '../../examples');
const PRESET = join(import.meta.dirname, '../../presets/registry.k8s.io.yaml');
const files = [PRESET, ...readdirSync(FOLDER).map((name) => join(FOLDER, name))];
const { places } = shippedRanges();

const load = (text: string): ReturnType<typeof configurationOf> =>
  configurationOf(
    { text, name: 'example' },
    { kind: 'file', path: 'example' },
    { environment: {} },
    () => places,
  );

function plain({ content }: Filled): unknown {
  if (isFilledMap(content))
    return Object.fromEntries([...content].map(([key, each]) => [key, plain(each)]));
  return isFilledList(content) ? content.map(plain) : content;
}

/** Keys that reading fills in and printing leaves out. */
function missingKeys(read: unknown, written: unknown, path = ''): string[] {
  if (typeof read !== 'object' || read === null) return [];
  // Networks and prefixes have another form once read.
  if (typeof written !== 'object' || written === null) return [];
  return Object.entries(read).flatMap(([key, each]) => {
    if (each === undefined) return [];
    const child: unknown = Object.entries(written).find(([name]) => name === key)?.[1];
    return child === undefined ? [`${path}.${key}`] : missingKeys(each, child, `${path}.${key}`);
  });
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
      assert.deepEqual(missingKeys(configuration, filled), []);
    });
  }
});
