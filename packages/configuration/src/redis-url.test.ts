import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfiguration } from './configuration.ts';
import { parseRedisUrl } from './redis-url.ts';

const SOURCE = {
  version: 1,
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'https://u.example' }] }],
};

test('the URL of a Redis gets its port, and keeps its user and database', () => {
  for (const [text, url] of [
    ['redis://localhost', 'redis://localhost:6379'],
    ['redis://localhost/', 'redis://localhost:6379'],
    ['REDISS://Redis.Example:6380', 'rediss://redis.example:6380'],
    ['rediss://archeio@redis.example/12', 'rediss://archeio@redis.example:6379/12'],
    ['redis://a%40b@10.0.0.1:7000/0', 'redis://a%40b@10.0.0.1:7000/0'],
    ['redis://[2001:db8::1]', 'redis://[2001:db8::1]:6379'],
  ])
    assert.equal(parseRedisUrl(text), url);
});

test('a password is refused, and not repeated', () => {
  for (const text of [
    'redis://:secret@localhost',
    'rediss://user:secret@localhost:6379/0',
    'redis://user:secret@local host',
    'https://user:secret@localhost',
  ])
    assert.throws(
      () => parseRedisUrl(text),
      ({ message }: Error) =>
        message.includes('ARCHEIO_REDIS_PASSWORD_FILE') && !message.includes('secret'),
    );
});

test('what is not the URL of a Redis is refused with what is expected', () => {
  for (const [text, problem] of [
    ['localhost:6379', /"localhost:6379": expected redis:\/\/host:6379/],
    ['http://localhost', /expected redis:\/\//],
    ['redis:localhost', /expected redis:\/\//],
    ['redis://', /expected redis:\/\//],
    ['redis://localhost/db', /number of a database/],
    ['redis://localhost/01', /number of a database/],
    ['redis://localhost/1/2', /number of a database/],
    ['redis://localhost/9999999999', /the database number is too large/],
    ['redis://localhost?password=secret', /"redis:\/\/localhost" and what follows it: a query/],
    ['redis://localhost:0', /port 0/],
    ['redis://a%zz@localhost', /write it as %25/],
    ['', /expected redis:\/\//],
  ] as const)
    assert.throws(() => parseRedisUrl(text), { name: 'RangeError', message: problem }, text);
});

test('presence is shared only if the configuration says so, and with one key', () => {
  assert.equal(parseConfiguration(SOURCE).presence.shared, undefined);
  const presence = { shared: { redis: 'redis://localhost' } };
  assert.deepEqual(parseConfiguration({ ...SOURCE, presence }).presence.shared, {
    redis: 'redis://localhost:6379',
  });
  for (const shared of [{}, { redis: 7 }, { redis: 'redis://localhost', password: 'x' }])
    assert.throws(() => parseConfiguration({ ...SOURCE, presence: { shared } }));
});
