import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { found, store } from './testing/found.ts';

const registry = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  upstreams: [{ name: `up-${name}`, url: 'https://up.example' }],
  ...more,
});

describe('the configuration as a whole', () => {
  test('registries: duplicate names, and two registries for the same requests', () => {
    assert.deepEqual(found({ registries: [registry('a'), registry('b', { prefix: 'b/' })] }), []);
    assert.deepEqual(
      found({
        registries: [
          registry('a', { hosts: ['x.example', 'y.example'], prefix: 'p/' }),
          registry('b', { hosts: ['Y.example'], prefix: 'p/' }),
        ],
      }),
      [
        'registries[1]: registries[0] already has host "y.example" with prefix "p/": change one of them',
      ],
    );
    assert.match(
      found({ registries: [registry('a'), { ...registry('a'), prefix: 'b/' }] })[0],
      /^registries\[1\]\.name: duplicate name "a"/,
    );
  });

  test('clouds, regions and networks', () => {
    const near = (cloud: string, ...regions: string[]) =>
      found({
        networks: { office: ['10.0.0.0/8'] },
        stores: [
          store({ default: true, near: [regions.length > 0 ? { cloud, regions } : { cloud }] }),
        ],
      });
    for (const good of [
      near('AWS', 'eu-west-3'),
      near('GCP'),
      near('office'),
      // Its ranges come by a refresh: its regions are not known yet.
      near('Oracle', 'eu-frankfurt-1'),
    ])
      assert.deepEqual(good, []);
    const at = 'stores[0].near[0]';
    assert.deepEqual(near('aws'), [
      `${at}.cloud: no provider or network is named "aws"; it matches no client: did you mean "AWS"?`,
    ]);
    assert.deepEqual(near('offise'), [
      `${at}.cloud: no provider or network is named "offise"; it matches no client: did you mean "office"?`,
    ]);
    assert.deepEqual(near('AWS', 'us-east-1', 'eu-wset-3'), [
      `warning: ${at}.regions[1]: AWS has no region "eu-wset-3": did you mean "eu-west-3"?`,
    ]);
    assert.match(near('office', 'upstairs')[0], /is a network, which has no regions/);
    assert.deepEqual(found({ networks: { azure: ['10.0.0.0/8'] } }), [
      "networks.azure: Azure is the name of a provider's cloud: choose another name for the network",
    ]);
    assert.match(found({ stayUpstream: [{ cloud: 'GPC' }] })[0], /^stayUpstream\[0\]/);
  });

  test('a prefix in two networks', () => {
    assert.deepEqual(
      found({ networks: { a: ['10.0.0.0/8', '10.0.0.0/8'], b: ['10.0.0.0/16', '10.0.0.0/8'] } }),
      [
        'networks.b[1]: networks.a[0] already has the prefix "10.0.0.0/8": a client can be in only one network',
      ],
    );
    assert.deepEqual(found({ networks: { a: ['10.0.0.0/8'], b: ['::ffff:10.0.0.0/104'] } }), [
      'networks.b[0]: networks.a[0] already has the prefix "10.0.0.0/8": a client can be in only one network',
    ]);
  });

  test('a backend with the name of a signature upstream', () => {
    const lines = found({
      registries: [registry('a'), registry('b', { prefix: 'b/' })],
      stores: ['signatures', 'b-signatures', 'c-signatures'].map((name) =>
        store({ name, default: true }),
      ),
    });
    assert.deepEqual(lines, [
      'stores[0].name: the name "signatures" is reserved for a signature upstream in logs and metrics: choose another',
      'stores[1].name: the name "b-signatures" is reserved for a signature upstream in logs and metrics: choose another',
    ]);
  });

  test('a backend on a served host is a loop; a store below one gets Authorization', () => {
    const at = (url: string, ...hosts: string[]) =>
      found({
        registries: [registry('a', { hosts })],
        stores: [store({ url, default: true })],
      }).map((line) => /^(warning: )?stores\[0\]\.url: /.exec(line)?.[1] ?? 'error');
    for (const [url, ...hosts] of [
      ['https://images.example', 'images.example'],
      ['https://images.example', '*', 'Images.example:443'],
      ['https://s3.images.example', '*.images.example'],
    ])
      assert.deepEqual(at(url, ...hosts), ['error'], url);
    for (const [url, ...hosts] of [
      ['https://s3.images.example/b', '*', 'images.example'],
      ['https://images.example', 'images.example:8443'],
      ['https://images.example', '*.images.example'],
    ])
      assert.deepEqual(at(url, ...hosts), ['warning: '], url);
    for (const [url, ...hosts] of [
      ['https://s3.example', '*', 'images.example'],
      ['https://myimages.example', 'images.example'],
    ])
      assert.deepEqual(at(url, ...hosts), [], url);
  });

  test('warns about unproven signatures: presign and forbidden: absent without a probe', () => {
    const signed = (more: Record<string, unknown>) =>
      found({
        stores: [store({ default: true, presign: { region: 'x' }, public: true, ...more })],
      });
    assert.match(signed({ forbidden: 'absent' }).join(), /^warning: stores\[0\]\.forbidden: [^,]*/);
    assert.deepEqual(signed({}), []);
    assert.deepEqual(signed({ forbidden: 'absent', probe: `sha256:${'a'.repeat(64)}` }), []);
  });

  test('a store that no client can reach is an error', () => {
    const unreachable = (...stores: Record<string, unknown>[]) => {
      const lines = found({
        stayUpstream: [{ cloud: 'GCP' }],
        networks: { office: ['10.0.0.0/8'] },
        stores: stores.map(store),
      });
      return lines.filter((line) => /^stores\[\d+\].*: no client can reach/.test(line)).length;
    };
    const staying = {
      stayUpstream: [{ cloud: 'GCP' }],
      stores: [store({ near: [{ cloud: 'GCP' }] })],
    };
    assert.match(found(staying).join(), /^warning: stores\[0\]: no client can reach/);
    assert.equal(unreachable({ near: [{ cloud: 'office', regions: ['upstairs'] }] }), 1);
    assert.equal(unreachable({ near: [{ cloud: 'office' }] }), 0);
    const defaults = Array.from({ length: 66 }, (_, at) => ({ name: `s${at}`, default: true }));
    assert.equal(unreachable(...defaults), 1);
    assert.equal(unreachable(...defaults.slice(0, 64)), 0);
    assert.equal(unreachable({}), 1);
    assert.equal(unreachable({ near: [] }), 1);
    assert.equal(unreachable({ near: [{ cloud: 'GCP' }] }), 0);
    assert.equal(unreachable({ near: [{ cloud: 'GCP' }, { cloud: 'AWS' }] }), 0);
    assert.equal(unreachable({ default: true }), 0);
    assert.equal(unreachable({ enabled: false }), 0);
    assert.equal(unreachable({}, { name: 't', near: [{ cloud: 'AWS' }], failover: 'region' }), 0);
  });

  test('warns if stores do not read the keys that the mirror writes', () => {
    const bucket = (more: object = {}) => ({
      name: 'bucket',
      type: 's3',
      bucket: 'my-blobs',
      region: 'eu-west-3',
      ...more,
    });
    const disk = (more: object = {}) => ({ name: 'disk', type: 'directory', path: '/x', ...more });
    const lines = (destination: object, ...stores: Record<string, unknown>[]) =>
      found({
        stores: stores.map((each) => store({ default: true, ...each })),
        mirror: {
          source: { url: 'https://one.example', repositories: { from: 'catalog' } },
          destinations: [destination],
        },
      });
    const IN_HOST = 'https://my-blobs.s3.eu-west-3.amazonaws.com';
    const IN_PATH = 'https://s3.eu-west-3.amazonaws.com/my-blobs';
    for (const url of [IN_HOST, IN_PATH]) {
      assert.deepEqual(lines(bucket(), { url, key: 'containers/images/{digest}' }), []);
      assert.deepEqual(
        lines(bucket(), { url: `${url}/containers`, key: 'images/{algorithm}:{hex}' }),
        [],
      );
      const [line, ...others] = lines(bucket(), { url, key: 'container/images/{digest}' });
      assert.match(
        line,
        /^warning: stores\[0\]\.key: store "s" looks for a blob at "container\/images\/sha256:/,
      );
      assert.deepEqual(others, []);
      assert.equal(lines(bucket(), { url, key: '{digest}' }).length, 1);
    }
    const origin = { url: 'https://cdn.example', checkUrl: IN_HOST, key: 'x/{digest}' };
    assert.equal(lines(bucket(), origin).length, 1);

    const served = (key: string, url = 'https://web.example') => lines(disk(), { url, key });
    for (const key of ['containers/images/{digest}', 'images/{digest}', '{digest}'])
      assert.deepEqual(served(key), []);
    assert.deepEqual(served('containers/images/{digest}', 'https://web.example/blobs'), []);
    const [line] = served('containers/image/{digest}');
    assert.match(line, /^warning: mirror\.destinations\[0\]\.key: no store reads what/);
    assert.deepEqual(
      lines(disk(), { key: 'x/{digest}' }, { name: 't', key: 'containers/images/{digest}' }),
      [],
      'one store that reads it is enough',
    );
    assert.equal(lines(bucket(), { key: 'x/{digest}' }).length, 1);
    assert.deepEqual(lines(disk()), [], 'a file for the mirror alone');
    assert.deepEqual(lines(disk(), { key: 'x/{digest}', enabled: false }), []);
  });

  test('times and ports that make no sense', () => {
    assert.match(found({ presence: { budget: '3s' } })[0], /^warning: presence\.budget: /);
    assert.match(found({ presence: { absentFor: '48h' } })[0], /^warning: presence\.absentFor: /);
    assert.match(found({ health: { every: '1s' } })[0], /^warning: health\.timeout: /);
    assert.match(found({ listen: { port: 9090 } })[0], /^listen\.admin\.port: port 9090/);
    assert.deepEqual(found({ listen: { port: 0, admin: { port: 0 } } }), []);
    assert.deepEqual(
      found({ listen: { host: '192.0.2.1', port: 1, admin: { host: '127.0.0.1', port: 1 } } }),
      [],
    );
  });

  test('events that are never written', () => {
    assert.deepEqual(found({ events: { sample: 0, always: [] } }), [
      'warning: events.sample: is 0, and events.always is empty: no event is ever written; leave out events to turn them off',
    ]);
    assert.deepEqual(found({ events: { sample: 0 } }), [], 'errors are');
    assert.deepEqual(found({ events: { sample: 0.5, always: [] } }), []);
  });

  test('mistakes within parts do not hide mistakes between them', () => {
    const lines = found({
      listen: { port: 'x' },
      stores: [store({ wieght: 1, near: [{ cloud: 'AWZ' }] }), store({ name: 's' })],
    });
    assert.equal(lines.length, 5, lines.join('\n'));
  });
});
