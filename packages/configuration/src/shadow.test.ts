import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfiguration } from './configuration.ts';
import { found } from './testing/found.ts';

const url = 'https://production.example';

const served = (host: string) => [
  { name: 'one', hosts: [host], upstreams: [{ name: 'up', url: 'https://up.example' }] },
];

describe('shadow', () => {
  test('is off by default, and has defaults if it is on', () => {
    const source = {
      version: 1,
      pages: { info: 'https://info.example', privacy: 'https://info.example/privacy' },
      registries: served('*'),
    };
    assert.equal(parseConfiguration(source).shadow, undefined);
    assert.deepEqual(parseConfiguration({ ...source, shadow: { url: `${url}/` } }).shadow, {
      url,
      sample: 0.01,
      timeout: 5000,
    });
  });

  test('refuses what cannot be asked', () => {
    for (const [shadow, problem] of [
      [{}, /^shadow\.url: /],
      [{ url: `${url}/path` }, /^shadow\.url: .* has no path/],
      [{ url: 'https://user:password@host.example' }, /^shadow\.url: .* contains credentials/],
      [{ url, sample: 1.5 }, /^shadow\.sample: /],
      [{ url, sample: -1 }, /^shadow\.sample: /],
      [{ url, timeout: '0s' }, /^shadow\.timeout: must be longer than 0/],
      [{ url, addressHeader: 'X Forwarded For' }, /^shadow\.addressHeader: expected the name/],
      [{ url, addressHeader: 'Authorization' }, /^shadow\.addressHeader: cannot hold an address/],
      [{ url, addressHeader: 'HOST' }, /^shadow\.addressHeader: cannot hold an address/],
      [{ url, addressFormat: 'single' }, /^shadow\.addressFormat: has no effect without/],
      [{ url, addressHeader: 'X-Real-IP', addressFormat: 'list' }, /^shadow\.addressFormat: /],
      [
        { url, addressHeader: 'forwarded', addressFormat: 'google-load-balancer' },
        /^shadow\.addressFormat: Google's load balancer does not write Forwarded/,
      ],
    ] as const) {
      const problems = found({ shadow });
      assert.equal(problems.length, 1, JSON.stringify([shadow, problems]));
      assert.match(problems[0], problem);
      assert.doesNotMatch(problems[0], /password/);
    }
  });

  test('warns if its host is served here', () => {
    const warned = (shadow: string, host: string) =>
      found({ registries: served(host), shadow: { url: shadow } });
    for (const [shadow, host] of [
      ['https://images.example', 'images.example'],
      ['https://eu.images.example', '*.images.example'],
      ['http://localhost:8080', '*'],
    ])
      assert.match(
        warned(shadow, host).join(),
        /^warning: shadow\.url: .* compared with themselves/,
      );
    for (const [shadow, host] of [
      ['https://images.example', '*'],
      ['https://production.images.example', 'images.example'],
      ['https://images.example:8443', 'images.example:443'],
      ['http://localhost:8081', '*'],
    ])
      assert.deepEqual(warned(shadow, host), [], shadow);
  });
});
