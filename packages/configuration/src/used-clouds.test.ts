import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUDS } from '@archeio/clouds';
import { parseConfiguration } from './configuration.ts';
import { usedClouds } from './used-clouds.ts';

const SOURCE = {
  version: 1,
  pages: { info: 'https://example.com', privacy: 'https://example.com' },
  networks: { office: ['10.0.0.0/8'] },
  registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'https://registry.example' }] }],
} as const;

function store(name: string, cloud: string, enabled = true) {
  return { name, url: `https://${name}.example`, key: '{digest}', near: [{ cloud }], enabled };
}

test('clouds count as used by enabled stores, upstreams and stayUpstream', () => {
  const used = (more: object) => usedClouds(parseConfiguration({ ...SOURCE, ...more }));
  assert.deepEqual(used({}), []);
  assert.deepEqual(
    used({ stores: [{ ...store('a', 'AWS'), near: undefined, default: true }] }),
    [],
  );
  assert.deepEqual(
    used({ stores: [store('a', 'Oracle'), store('b', 'office'), store('c', 'Azure', false)] }),
    ['Oracle'],
  );
  const upstreams = [{ name: 'u', url: 'https://u.example', near: [{ cloud: 'Linode' }] }];
  assert.deepEqual(
    used({ registries: [{ name: 'r', upstreams }], stayUpstream: [{ cloud: 'GCP' }] }),
    ['GCP', 'Linode'],
  );
  assert.deepEqual(used({ ranges: { clouds: 'all' } }), CLOUDS);
});
