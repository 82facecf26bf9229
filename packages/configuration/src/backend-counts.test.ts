import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backendCounts } from './backend-counts.ts';
import { parseConfiguration } from './configuration.ts';

const pages = { info: 'https://info.example', privacy: 'https://privacy.example' };

test('counts the upstreams of every registry', () => {
  const configuration = parseConfiguration({
    version: 1,
    pages,
    registries: [
      {
        name: 'a',
        upstreams: [
          { name: 'a1', url: 'https://a1.example' },
          { name: 'a2', url: 'https://a2.example' },
        ],
      },
      { name: 'b', prefix: 'b/', upstreams: [{ name: 'b1', url: 'https://b1.example' }] },
    ],
    stores: [{ name: 's', url: 'https://s.example', key: '{digest}', default: true }],
  });
  assert.deepEqual(backendCounts(configuration), {
    registries: 2,
    upstreams: 3,
    stores: 1,
    destinations: 0,
  });
});
