import assert from 'node:assert/strict';
import { test } from 'node:test';
import { found, store } from './testing/found.ts';

const REALM = 'https://images.example/token';

test('a token needs the URL of /token', () => {
  assert.deepEqual(found({ correlation: { token: true } }), [
    'correlation.realm: required with token: true: the URL at which clients reach /token, such as https://registry.example/token',
  ]);
  for (const realm of ['http://[::1]:8080/token', 'https://r.example/below/token', `${REALM}/`])
    assert.deepEqual(found({ correlation: { token: true, realm } }), [], realm);
  for (const [realm, expected] of [
    ['https://images.example', /expected one that ends in \/token/],
    ['https://images.example/token?a=secret', /a query or fragment is not allowed/],
    ['https://user:secret@images.example/token', /contains credentials/],
    ['images.example/token', /expected http:\/\/host or https:\/\/host/],
  ] as const) {
    const lines = found({ correlation: { token: true, realm } });
    assert.equal(lines.length, 1);
    assert.match(lines[0], /^correlation\.realm: cannot read URL/);
    assert.match(lines[0], expected);
    assert.doesNotMatch(lines[0], /secret/);
  }
});

test('warns that clients send stored credentials to a realm without TLS', () => {
  const lines = (realm: string) => found({ correlation: { token: true, realm } });
  assert.match(
    lines('http://images.example/token').join(),
    /^warning: correlation\.realm: http:\/\/images\.example\/token is not encrypted/,
  );
  assert.deepEqual(lines('http://localhost:8080/token'), []);
});

test('warns of a backend to which clients carry the token', () => {
  const lines = (url: string, hosts: readonly string[], correlation?: object) =>
    found({
      registries: [{ name: 'a', hosts, upstreams: [{ name: 'up', url: 'https://up.example' }] }],
      stores: [store({ url, default: true })],
      ...(correlation && { correlation }),
    });
  const on = { token: true, realm: 'https://Images.example/token' };
  for (const [url, hosts] of [
    ['https://s3.images.example/b', ['images.example']],
    ['https://s3.images.example/b', ['*']],
    ['https://images.example:8443/b', ['*']],
    ['https://s3.other.example', ['other.example']],
  ] as const)
    assert.match(
      lines(url, hosts, on).join(),
      /^warning: stores\[0\]\.url: .*with correlation\.token, clients send their token there too, and object storage/,
      `${url} ${hosts.join()}`,
    );
  for (const [url, hosts, correlation] of [
    ['https://s3.images.example', ['*'], undefined],
    ['https://s3.images.example', ['*'], { ...on, token: false }],
    ['https://s3.example', ['images.example'], on],
    ['https://myimages.example', ['*'], on],
    ['http://127.0.0.1:9000', ['127.0.0.1:8080'], on],
  ] as const)
    assert.deepEqual(lines(url, hosts, correlation), [], url);
});

test('warns of an upstream to which clients carry the token', () => {
  const lines = (correlation: object) =>
    found({
      correlation,
      registries: [
        {
          name: 'a',
          hosts: ['images.example'],
          upstreams: [{ name: 'up', url: 'https://eu.images.example' }],
          signatures: { url: 'https://sig.images.example' },
        },
      ],
    }).map((line) => line.replace(/ is on a host .* clients send/, ' …'));
  assert.deepEqual(lines({}), []);
  assert.deepEqual(
    lines({ token: true, realm: REALM }),
    [
      ['upstreams[0]', 'eu'],
      ['signatures', 'sig'],
    ].map(
      ([at, name]) =>
        `warning: registries[0].${at}.url: https://${name}.images.example … their token there too, and a registry that does not know it may answer 401; use a name in another domain`,
    ),
  );
});

test('rid needs the ID of the request', () => {
  const upstream = { name: 'up', url: 'https://up.example', rid: true };
  const all = {
    registries: [
      { name: 'a', upstreams: [upstream], signatures: { url: 'https://sig.example', rid: true } },
    ],
    stores: [store({ default: true, rid: true }), store({ name: 't', default: true })],
  };
  assert.deepEqual(
    found(all),
    ['registries[0].upstreams[0]', 'registries[0].signatures', 'stores[0]'].map(
      (at) =>
        `${at}.rid: adds the ID of the request, and requests have none: set correlation.requestId: true`,
    ),
  );
  assert.deepEqual(found({ ...all, correlation: { requestId: true } }), []);
  assert.deepEqual(
    found({ ...all, correlation: { requestId: 1 } }).map((line) => line.split(':')[0]),
    ['correlation.requestId'],
  );
});

test('warns if all clients of a proxy may ask, because they have its address', () => {
  const lines = (from: readonly string[], more: object) =>
    found({ explain: { header: { from } }, ...more }).map((line) => line.split(', ')[0]);
  const loopback = { listen: { host: '127.0.0.1' } };
  const tls = { correlation: { token: true, realm: REALM } };
  for (const from of [['10.0.0.0/8', '127.0.0.0/8'], ['::1/128'], ['0.0.0.0/0']])
    assert.deepEqual(lines(from, loopback), [
      'warning: explain.header.from: listen.host is loopback',
    ]);
  assert.deepEqual(lines(['10.0.0.0/8'], tls), [
    'warning: explain.header.from: correlation.realm is https',
  ]);
  for (const [from, more] of [
    [['10.0.0.0/8'], {}],
    [['127.0.0.0/8'], {}],
    [['10.0.0.0/8'], loopback],
    [['127.0.0.0/8'], { ...loopback, clientAddress: { topology: 'hops', hops: 1 } }],
    [['10.0.0.0/8'], { ...tls, clientAddress: { topology: 'google-load-balancer' } }],
    [['10.0.0.0/8'], { correlation: { token: true, realm: 'http://localhost:8080/token' } }],
    [['10.0.0.0/8'], { correlation: { token: false, realm: REALM } }],
    [['10.0.0.0/8'], { ...tls, tls: { certificate: '/c', key: '/k' } }],
  ] as const)
    assert.deepEqual(lines(from, more), [], JSON.stringify(more));
});
