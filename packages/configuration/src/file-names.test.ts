import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { makeFilesAbsolute, refusedFiles, relativeFiles } from './file-names.ts';
import { fileBaseOf } from '../../../apps/archeio/src/configuration/location.ts';

const configuration = (prefix: string) => ({
  stores: [
    { name: 'none' },
    { name: 'file', inventory: { file: `${prefix}inventory` } },
    { name: 'url', inventory: { url: 'https://store.example/inventory' } },
  ],
  mirror: {
    source: { repositories: { from: 'layout', path: `${prefix}layout` } },
    destinations: [
      { name: 'disk', type: 'directory', path: `${prefix}blobs` },
      { name: 'bucket', type: 's3', bucket: 'bucket' },
    ],
  },
});

test('file names are relative to the directory of the configuration file', () => {
  for (const [file, directory] of [
    ['/etc/archeio/archeio.yaml', '/etc/archeio'],
    ['archeio.yaml', resolve('.')],
    ['some/archeio.yaml', resolve('some')],
  ] as const) {
    const base = fileBaseOf({ kind: 'file', path: file });
    const named = configuration('./');
    assert.deepEqual(relativeFiles(named, base), []);
    makeFilesAbsolute(named, base);
    assert.deepEqual(named, configuration(`${directory}/`));
    const absolute = configuration('/srv/');
    makeFilesAbsolute(absolute, base);
    assert.deepEqual(absolute, configuration('/srv/'));
  }
});

test('without a configuration file, file names must be absolute', () => {
  for (const [location, from] of [
    [{ kind: 'stdin' }, 'standard input'],
    [{ kind: 'url', url: 'https://config.example/a.yaml?secret' }, 'https://config.example/a.yaml'],
    [{ kind: 'preset' }, 'preset registry.k8s.io'],
  ] as const) {
    const base = fileBaseOf(location);
    const findings = relativeFiles(configuration('./'), base);
    assert.deepEqual(
      findings.map(({ path, severity }) => [path.join('.'), severity]),
      [
        ['stores.1.inventory.file', 'error'],
        ['mirror.source.repositories.path', 'error'],
        ['mirror.destinations.0.path', 'error'],
      ],
    );
    assert.equal(
      findings[2].message,
      `cannot tell which directory "./blobs" is relative to, since the configuration comes from ${from}: expected an absolute path`,
    );
    assert.deepEqual(relativeFiles(configuration('/srv/'), base), []);
    const named = configuration('/srv/');
    makeFilesAbsolute(named, base);
    assert.deepEqual(named, configuration('/srv/'));
  }
});

test('events are written to a file next to the configuration, or to standard output', () => {
  const base = fileBaseOf({ kind: 'file', path: '/etc/archeio/archeio.yaml' });
  for (const [to, made] of [
    ['events.ndjson', '/etc/archeio/events.ndjson'],
    ['./stdout', '/etc/archeio/stdout'],
    ['/var/log/events.ndjson', '/var/log/events.ndjson'],
    ['stdout', 'stdout'],
  ] as const) {
    const named = { events: { to } };
    assert.deepEqual([...relativeFiles(named, base), ...refusedFiles(named, base)], []);
    makeFilesAbsolute(named, base);
    assert.equal(named.events.to, made);
  }
});

test('a configuration that came by URL names no file to write', () => {
  const url = fileBaseOf({ kind: 'url', url: 'https://config.example/a.yaml?secret' });
  const stdin = fileBaseOf({ kind: 'stdin' });
  for (const to of ['/etc/passwd', 'events.ndjson', '../x']) {
    assert.deepEqual(relativeFiles({ events: { to } }, url), [], 'one problem is enough');
    assert.deepEqual(
      refusedFiles({ events: { to } }, url).map(({ path, message }) => [path.join('.'), message]),
      [
        [
          'events.to',
          `cannot write to file "${to}": the configuration comes from https://config.example/a.yaml, and one that comes by URL may not name a file to write; use stdout, or a configuration file`,
        ],
      ],
    );
    assert.deepEqual(refusedFiles({ events: { to } }, stdin), []);
  }
  assert.equal(relativeFiles({ events: { to: 'events.ndjson' } }, stdin).length, 1);
  for (const source of [{}, { events: {} }, { events: { to: 'stdout' } }, { events: { to: 1 } }])
    for (const base of [url, stdin])
      assert.deepEqual([...relativeFiles(source, base), ...refusedFiles(source, base)], []);
});

test('unchecked input may have any type', () => {
  const base = fileBaseOf({ kind: 'stdin' });
  for (const source of [
    undefined,
    'text',
    { stores: 1, mirror: [] },
    { stores: [null], mirror: { destinations: [{ path: '' }, { path: 1 }] } },
  ])
    assert.deepEqual(relativeFiles(source, base), []);
});

test('a configuration that came by URL may not name the files of a certificate', () => {
  const tls = { certificate: 'c.pem', key: '/k.pem', redirect: { port: 80, challenges: '/acme' } };
  const base = fileBaseOf({ kind: 'url', url: 'https://config.example/a.yaml?secret' });
  assert.deepEqual(relativeFiles({ tls }, base), [], 'one problem is enough');
  assert.deepEqual(
    refusedFiles({ tls }, base).map(({ path, message }) => [path.join('.'), message]),
    [
      ['tls.certificate', '"c.pem"'],
      ['tls.key', '"/k.pem"'],
      ['tls.redirect.challenges', '"/acme"'],
    ].map(([path, name]) => [
      path,
      `cannot use ${name}: the configuration comes from https://config.example/a.yaml, and one that comes by URL may not name the files of a certificate; use a configuration file`,
    ]),
  );
  const stdin = fileBaseOf({ kind: 'stdin' });
  assert.deepEqual(
    [...relativeFiles({ tls }, stdin), ...refusedFiles({ tls }, stdin)].map(({ path }) =>
      path.join('.'),
    ),
    ['tls.certificate'],
  );
  const named = { tls: structuredClone(tls) };
  makeFilesAbsolute(named, fileBaseOf({ kind: 'file', path: '/etc/archeio/a.yaml' }));
  assert.deepEqual(named.tls, { ...tls, certificate: '/etc/archeio/c.pem' });
});
