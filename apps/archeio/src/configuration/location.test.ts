import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration, locateConfiguration } from './load-configuration.ts';
import { locationName, parseLocation } from './location.ts';

test('a file, standard input or a URL', () => {
  assert.deepEqual(parseLocation('-'), { kind: 'stdin' });
  assert.deepEqual(parseLocation('/dev/stdin'), { kind: 'stdin' });
  assert.deepEqual(parseLocation('./https:/c.yaml'), { kind: 'file', path: './https:/c.yaml' });
  assert.deepEqual(parseLocation('HTTPS://host.example/c'), {
    kind: 'url',
    url: 'https://host.example/c',
  });
  for (const host of ['localhost', '127.0.0.1:80', '[::1]:8080'])
    assert.equal(parseLocation(`http://${host}/c`).kind, 'url');
  for (const text of ['http://host.example/c', 'http://127.0.0.1.example/', 'https://'])
    assert.throws(() => parseLocation(text), RangeError, text);
  assert.throws(
    () => parseLocation('https://user:hunter2@host.example'),
    (error: Error) => !error.message.includes('hunter2'),
  );
});

test('names do not include the query, which may be a secret', () => {
  assert.equal(
    locationName(parseLocation('https://host.example/c?token=x#y')),
    'https://host.example/c',
  );
  assert.equal(locationName(parseLocation('-')), 'standard input');
  assert.equal(locationName(parseLocation('archeio.yaml')), 'archeio.yaml');
  assert.equal(locationName({ kind: 'preset' }), 'preset registry.k8s.io');
});

test('regression: no message repeats the query of a URL that cannot be used', async () => {
  for (const [text, shown] of [
    ['http://host.example/c?token=hunter2', '"http://host.example/c"'],
    ['http://host.example?token=hunter2', '"http://host.example"'],
    ['https://?token=hunter2', '"https://"'],
    ['https://host.example:99999/c#hunter2', '"https://host.example:99999/c"'],
    ['htps://host.example/c?token=hunter2', '"htps://host.example/c"'],
  ])
    await assert.rejects(
      loadConfiguration({}, { config: text }, () => []),
      ({ message }: Error) => message.includes(shown) && !message.includes('hunter2'),
      text,
    );
  await assert.rejects(
    loadConfiguration({}, { config: '/no/such?file' }, () => []),
    {
      message: '--config: cannot read "/no/such?file": there is no such file or directory (ENOENT)',
    },
  );
});

test('the flag takes precedence over the environment, and that over the preset', () => {
  const environment = { ARCHEIO_CONFIG: 'e.yaml' };
  assert.deepEqual(locateConfiguration(environment, { config: 'f.yaml' }), {
    kind: 'file',
    path: 'f.yaml',
  });
  assert.deepEqual(locateConfiguration(environment, {}), { kind: 'file', path: 'e.yaml' });
  assert.deepEqual(locateConfiguration({ ARCHEIO_CONFIG: '' }, {}), { kind: 'preset' });
  assert.throws(() => locateConfiguration({ ARCHEIO_CONFIG: 'http://a.example' }, {}), {
    name: 'EnvironmentError',
  });
  assert.throws(() => locateConfiguration({}, { config: 'http://a.example' }), {
    code: 'configuration-location',
  });
});
