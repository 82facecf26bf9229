import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkConfiguration, checkMirrorConfiguration, Marks } from '@archeio/configuration';
import { parse } from 'yaml';
import { shippedRanges } from '../../apps/archeio/src/configuration/shipped.ts';
import { ROOT } from '../../tools/source-files.ts';
import { blocksOf } from './blocks.ts';

/** Completes a part of a configuration. */
const REST = {
  version: 1,
  pages: { info: 'https://example.com/', privacy: 'https://example.com/privacy' },
  networks: { datacentre: ['10.20.0.0/16'] },
  registries: [
    { name: 'images', upstreams: [{ name: 'upstream', url: 'https://upstream.example.net' }] },
  ],
};

/** The complete configuration of a block; undefined if it shows something else. */
function configurationOf(written: unknown): Record<string, unknown> | undefined {
  if (Array.isArray(written)) return { ...REST, stores: written };
  if (typeof written !== 'object' || written === null) return undefined;
  if ('version' in written) return written.version === 1 ? { ...written } : undefined;
  const keys = Object.keys(written);
  if (!keys.every((key) => ['registries', 'stores', 'mirror'].includes(key))) return undefined;
  // A mirror without a source only shows a destination.
  const { mirror, ...served } = written as { mirror?: object };
  const source = { url: 'https://upstream.example.net', repositories: { from: 'catalog' } };
  return {
    ...REST,
    ...served,
    ...(mirror !== undefined && { mirror: { source, ...mirror } }),
  };
}

const { places } = shippedRanges();
const BASE = { kind: 'directory', path: '/etc/archeio' } as const;

let checked = 0;

for (const document of globSync(['README.md', 'docs/**/*.md'], { cwd: ROOT }))
  for (const [index, { language, text }] of blocksOf(
    readFileSync(join(ROOT, document), 'utf8'),
  ).entries()) {
    const configuration = language === 'yaml' ? configurationOf(parse(text)) : undefined;
    if (configuration === undefined) continue;
    checked++;
    test(`the configuration in block ${index + 1} of ${document} has no errors`, () => {
      if ('registries' in configuration) checkConfiguration(configuration, new Marks(), places);
      else checkMirrorConfiguration(configuration, new Marks(), BASE, places);
    });
  }

test('the documents show configurations', () => assert.ok(checked > 12, String(checked)));
