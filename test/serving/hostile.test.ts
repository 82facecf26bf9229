import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assembled, incoming } from '../../apps/archeio/src/worker/testing/assembled.ts';
import { answerOf } from '../../packages/request-handler/src/answer.ts';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { TABLE_CONFIGURATION } from '../requests/configuration.ts';
import { HEX } from '../requests/rows/row.ts';
import { startUpstream } from './configurations.ts';

const DIGEST = `sha256:${HEX}`;

/** Characters and escapes that are special to some parser. */
const MARKS = [
  '/',
  '//',
  '\\',
  '.',
  '..',
  '/../',
  '/./',
  '%2e',
  '%2E%2e',
  '%2f',
  '%2F',
  '%5c',
  '%3F',
  '%23',
  '%0d%0a',
  '%00',
  '%',
  '%zz',
  '%c0%af',
  '%25',
  '?',
  '#',
  '&',
  '=',
  ';',
  ':',
  '@',
  '*',
  '~',
  '"',
  '<',
  '>',
  '|',
  '^',
  '`',
  '{',
  '}',
  "'",
  '+',
  ' ',
  '\t',
  '\u00e9',
  '\u00ff',
  '\u0001',
  '\u007f',
];
const WORDS = [
  'v2',
  '/v2/',
  'v2foo',
  'pause',
  'a.b',
  'A',
  'images',
  'proj/images',
  'manifests',
  '/manifests/',
  'blobs',
  '/blobs/',
  'tags/list',
  '/tags/list',
  'referrers',
  '/referrers/',
  '_catalog',
  'uploads',
  'latest',
  'livez',
  'privacy',
  'a'.repeat(300),
  '/a'.repeat(200),
];
const DIGESTS = [
  DIGEST,
  `sha256%3A${HEX}`,
  DIGEST.toUpperCase(),
  `sha512:${HEX}`,
  'md5:x',
  `sha256-${HEX}.sig`,
  'http://evil.example',
  'https://user:pass@evil.example/',
];
const piece = fc.constantFrom(...MARKS, ...WORDS, ...DIGESTS);
const target = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(piece, { minLength: 1, maxLength: 12 })
      .map((pieces) => `/v2/${pieces.join('')}`),
  },
  {
    weight: 2,
    arbitrary: fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.string({
      unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 40,
    }),
  },
);
const forwarded = fc.oneof(
  fc.constantFrom(
    '35.180.1.1, 10.0.0.1',
    '35.220.26.1, 10.0.0.1',
    '::ffff:35.180.1.1, 1.1.1.1',
    '',
    ',',
    ',,,,',
    '1.1.1.1',
    'unknown, x',
    '[::1]:80, "a"',
    '%2e, 1',
    '999.1.1.1, 2',
    '1.1.1.1,'.repeat(500),
  ),
  fc.string({
    unit: fc.constantFrom('1', '.', ':', ',', ' ', '"', '[', ']', '%', 'f', ';', '='),
    maxLength: 40,
  }),
);
const method = fc.constantFrom(
  'GET',
  'HEAD',
  'GET',
  'GET',
  'POST',
  'DELETE',
  'OPTIONS',
  'BREW',
  'get',
);

const STATUSES = new Set([200, 307, 400, 404, 405, 414, 431]);

/** Valid values of Location: only configured URLs, and no characters that end a header. */
function checkAnswer(status: number, location: string | undefined): void {
  assert.ok(STATUSES.has(status), String(status));
  assert.equal(location !== undefined, status === 307, String(status));
  if (location === undefined) return;
  const url = new URL(location);
  assert.equal(url.username, '');
  assert.match(location, /^[!-~]+$/);
  const path = location.replace(/^https:\/\/[^/]+/, '').replace(/\?.*/, '');
  switch (url.host) {
    case 'info.example':
    case 'privacy.example':
      return;
    case 'upstream.example':
      assert.match(
        path,
        /^\/v2\/(proj\/)?images\/[a-z0-9._\-/]+\/(manifests|blobs|referrers|tags)\/[A-Za-z0-9._:+=-]+$/,
      );
      break;
    case 'signatures.example':
      assert.match(
        path,
        /^\/v2\/proj\/images\/[a-z0-9._\-/]+\/(manifests|referrers)\/[A-Za-z0-9._:+=-]+$/,
      );
      break;
    case 'cdn.example':
    case 'paris.example':
      assert.match(
        path,
        /^\/(containers\/images\/)?(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|blake3:[0-9a-f]{64})$/,
      );
      assert.equal(url.search, '');
      break;
    default:
      assert.fail(`a Location outside what is configured: ${location}`);
  }
  assert.ok(!path.includes('/../') && !path.includes('/./'));
}

test('100,000 hostile requests: never a 5xx, never a Location outside what is configured, never an outbound request outside the grammar', async () => {
  const { handler, checker, memory } = assembled();
  await fc.assert(
    fc.asyncProperty(target, forwarded, method, async (path, header, verb) => {
      const decision = await handler.decide({
        ...incoming(path, undefined, verb),
        addressHeader: header,
      });
      checkAnswer(answerOf(decision).status, decision.location);
    }),
    { numRuns: 100_000 },
  );
  for (const { url } of checker.asked) {
    assert.match(
      url,
      /^https:\/\/(paris|cdn)\.example\/(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|blake3:[0-9a-f]{64})$/,
    );
  }
  assert.ok(memory.entries <= 1000);
});

/** The table's configuration with reachable upstreams, so that nothing is logged about them. */
async function reachable() {
  await using starting = new AsyncDisposableStack();
  const [upstream, signatures] = [
    starting.use(await startUpstream()),
    starting.use(await startUpstream()),
  ];
  const servers = starting.move();
  const [registry] = TABLE_CONFIGURATION.registries;
  const source: ConfigurationSource = {
    ...TABLE_CONFIGURATION,
    registries: [
      {
        ...registry,
        upstreams: registry.upstreams.map((each) => ({ ...each, url: upstream.url })),
        signatures: { ...registry.signatures, url: signatures.url },
      },
    ],
  };
  return {
    source,
    /** The same Location with the table's upstreams. */
    named: (location: string | undefined) =>
      location
        ?.replace(`${upstream.url}/`, 'https://upstream.example/')
        .replace(`${signatures.url}/`, 'https://signatures.example/'),
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

/** Whether the text has no characters that end a request line: what follows would be another request. */
const onOneLine = (text: string): boolean => !/[\r\n]/.test(text);

for (const runtime of RUNTIMES) {
  describe(`hostile requests over a socket: ${runtime}`, () => {
    test('each of 2,000 is answered, without a 5xx, and none stops the server', async () => {
      await using parts = await reachable();
      await using archeio = await startWith(runtime, parts.source);
      await fc.assert(
        fc.asyncProperty(
          target.filter(onOneLine),
          forwarded,
          method,
          async (path, header, verb) => {
            const { status, headers } = await rawRequest(
              archeio.port,
              `${verb} ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${header}\r\n\r\n`,
            );
            checkAnswer(status, parts.named(headers.get('location')));
          },
        ),
        { numRuns: 2000 },
      );
      assert.equal(
        (await rawRequest(archeio.port, 'GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n')).status,
        200,
      );
      assert.deepEqual(
        archeio.log.map(({ event }) => event),
        ['started'],
      );
    });
  });
}
