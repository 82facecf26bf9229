import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { rawRequest, type RawResponse } from '../parts/raw-request.ts';
import { API_ROWS } from './rows/api.ts';
import { CLIENT_ROWS } from './rows/client.ts';
import { TABLE_CONFIGURATION } from './configuration.ts';
import { GRAMMAR_ROWS } from './rows/grammar.ts';
import { HOSTILE_ROWS } from './rows/hostile.ts';
import { REGISTRIES_CONFIGURATION } from './registries.ts';
import { REGISTRY_ROWS } from './rows/registries.ts';
import type { Row } from './rows/row.ts';
import { SERVERS } from './servers.ts';
import type { PlatformAnswer } from './workerd-answers.ts';

const ROWS: readonly Row[] = [...API_ROWS, ...GRAMMAR_ROWS, ...CLIENT_ROWS, ...HOSTILE_ROWS];

function bytesOf({
  method = 'GET',
  target,
  version = '1.1',
  headers = [],
  host = 'registry.example',
  noHost = false,
}: Row): string {
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...(noHost ? [] : [`Host: ${host}`]),
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function compare(row: Row, response: RawResponse): void {
  assert.equal(response.status, row.status, response.bytes.slice(0, 300));
  assert.equal(response.headers.get('location'), row.location);
  const cache = row.location === undefined ? 'no-store' : 'private, no-store';
  assert.equal(response.headers.get('cache-control'), cache, 'Cache-Control');
  for (const [name, value] of Object.entries(row.answered ?? {}))
    assert.equal(response.headers.get(name), value, name);
  if (row.method === 'HEAD') assert.equal(response.body, '');
  else if (row.status >= 400) assert.equal(JSON.parse(response.body).errors[0].code, row.code);
}

/** Compares what is left of a row where the platform reads requests. */
function comparePlatform(expected: PlatformAnswer, response: RawResponse): void {
  assert.equal(response.status, expected.status, response.bytes.slice(0, 300));
  assert.equal(response.headers.get('location'), expected.location);
  const isOurs = /no-store/.test(response.headers.get('cache-control') ?? '');
  assert.equal(isOurs ? 'handler' : 'platform', expected.by);
}

const TABLES = [
  { of: 'one registry', configuration: TABLE_CONFIGURATION, rows: ROWS },
  { of: 'several registries', configuration: REGISTRIES_CONFIGURATION, rows: REGISTRY_ROWS },
] as const;

test('the table has at least 150 rows with unique names', () => {
  assert.ok(ROWS.length >= 150, String(ROWS.length));
  for (const { rows } of TABLES)
    assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
});

test('what a platform answers itself is listed for rows that exist', () => {
  const names = new Set(TABLES.flatMap(({ rows }) => rows.map(({ name }) => name)));
  for (const { name, platformAnswers } of SERVERS)
    for (const row of Object.keys(platformAnswers)) assert.ok(names.has(row), `${name}: ${row}`);
});

for (const { name: server, start, open, platformAnswers, ownsConnections } of SERVERS) {
  for (const { of, configuration, rows } of TABLES) {
    describe(`every server gives the same answers: ${server}, ${of}`, () => {
      let archeio: Awaited<ReturnType<typeof start>>;
      before(async () => {
        archeio = await start(configuration);
      });
      after(() => archeio[Symbol.asyncDispose]());
      const ask = (bytes: string): Promise<RawResponse> =>
        rawRequest(archeio.port, bytes, '127.0.0.1', open);
      for (const row of rows) {
        const platform = platformAnswers[row.name];
        test(row.name, async () => {
          const response = await ask(bytesOf(row));
          if (platform === undefined) compare(row, response);
          else comparePlatform(platform, response);
        });
      }

      if (ownsConnections)
        test('another protocol gets 400', async () => {
          for (const bytes of [
            'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
            '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
            'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n',
          ])
            assert.equal((await ask(bytes)).status, 400, JSON.stringify(bytes));
        });

      // filebrowser/filebrowser#3539, hzrd149/blossom#73: clients that send HEAD first never got to GET.
      test('HEAD gets the same answer as GET, without the body', async () => {
        for (const row of rows.filter(({ method, version }) => (method ?? version) === undefined)) {
          const get = await ask(bytesOf(row));
          const head = await ask(bytesOf({ ...row, method: 'HEAD' }));
          assert.equal(head.status, get.status, row.name);
          for (const field of ['location', 'content-type', 'content-length', 'cache-control'])
            assert.equal(head.headers.get(field), get.headers.get(field), `${row.name}: ${field}`);
        }
      });
    });
  }
}
