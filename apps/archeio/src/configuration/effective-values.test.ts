import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { effectiveValues, effectiveValuesJson, MOST_VALUES } from './effective-values.ts';
import { valuesAside } from './values-aside.ts';

const FILE = { kind: 'file', path: 'a.yaml' } as const;
const NOTHING = { environment: {} };
const content = (text: string) => ({ text, name: 'a.yaml' });
const TEXT = [
  'version: 1',
  "pages: { info: 'https://example.com/i', privacy: 'https://example.com/p' }",
  'registries:',
  '  - name: r',
  "    upstreams: [{ name: u, url: 'https://up.example' }]",
  'stores:',
  "  - { name: s, url: 'https://s.example', key: '{digest}', near: [{ cloud: AWS, regions: [eu-west-3, eu-west-1] }] }",
  'networks:',
  "  'my office': { lab: ['10.0.0.0/8'] }",
].join('\n');

test('every value has its origin: file and line, variable, flag, default', () => {
  const overrides = {
    environment: { UPSTREAM_REGISTRY_ENDPOINT: 'https://other.example', ADMIN_PORT: '9999' },
    port: '1234',
  };
  const { values, leftOut } = effectiveValues(content(TEXT), FILE, overrides);
  const of = (key: string) => values.find((each) => each.key === key);
  assert.equal(leftOut, 0);
  assert.equal(new Set(values.map(({ key }) => key)).size, values.length);
  assert.deepEqual(of('version'), {
    key: 'version',
    value: 1,
    more: 0,
    from: { kind: 'file', name: 'a.yaml', line: 1, column: 1 },
  });
  const nowhere = { line: null, column: null };
  assert.deepEqual(of('listen.port')?.value, 1234);
  assert.deepEqual(of('listen.port')?.from, { kind: 'flag', name: '--port', ...nowhere });
  assert.deepEqual(of('listen.admin.port')?.from, {
    kind: 'environment',
    name: 'ADMIN_PORT',
    ...nowhere,
  });
  assert.equal(of('registries[0].upstreams[0].url')?.value, 'https://other.example');
  assert.deepEqual(of('stores[0].weight')?.from, { kind: 'default', name: null, ...nowhere });
  assert.deepEqual(of('stores[0].near[0].regions')?.value, ['eu-west-3', 'eu-west-1']);
  assert.deepEqual(of('stayUpstream')?.value, []);
  assert.deepEqual(of('networks["my office"].lab')?.value, ['10.0.0.0/8']);
});

test('the preset is an origin of its own', () => {
  const { values } = effectiveValues(content(TEXT), { kind: 'preset' }, NOTHING);
  assert.equal(values[0].from?.kind, 'preset');
});

test('long lists and very long configurations are cut, and say how much is left out', () => {
  const office = Array.from({ length: 30 }, (_, index) => `10.${index}.0.0/16`);
  const many = Array.from({ length: MOST_VALUES + 5 }, (_, index) => [`n${index}`, ['10.0.0.0/8']]);
  const networks = { a: { office, ...Object.fromEntries(many) } };
  const { values, leftOut } = effectiveValues(
    content(JSON.stringify({ networks, empty: {} })),
    FILE,
    NOTHING,
  );
  const long = values.find(({ key }) => key === 'networks.a.office');
  assert.deepEqual(long?.value, office.slice(0, 20));
  assert.equal(long?.more, 10);
  assert.equal(values.length, MOST_VALUES);
  const all = effectiveValues(content('{"empty":{}}'), FILE, NOTHING).values.length;
  // Without its default, `networks` is 20,006 values.
  assert.equal(leftOut, all - 1 + many.length + 1 - MOST_VALUES);
});

test('no secret is in it, wherever a configuration may have one', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        (secret: string) => `https://user:${secret}@host.example/`,
        (secret: string) => `https://host.example/i?sv=1&sig=${secret}`,
        (secret: string) => `https://host.example/i#${secret}`,
      ),
      fc.constantFrom('url', 'checkUrl', 'inventory'),
      fc.stringMatching(/^[A-Za-z0-9]{20,40}$/),
      (urlOf, key, secret) => {
        const url = urlOf(secret);
        const store = { name: 's', [key]: key === 'inventory' ? { url } : url };
        const text = JSON.stringify({ version: 1, stores: [store] });
        const json = effectiveValuesJson(content(text), FILE, NOTHING);
        assert.ok(!json.includes(secret), json);
        assert.ok(json.includes('host.example'));
      },
    ),
  );
});

test('a thread lists the values of a long text, with the same result', async () => {
  for (const comment of ['', `# ${'long '.repeat(4000)}\n`, '# & may be an anchor\n']) {
    const long = content(`${comment}${TEXT}`);
    assert.equal(await valuesAside(long, FILE, NOTHING), effectiveValuesJson(long, FILE, NOTHING));
  }
  await assert.rejects(valuesAside(content('['.repeat(20_000)), FILE, NOTHING));
});
