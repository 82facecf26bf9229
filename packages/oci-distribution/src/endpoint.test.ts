import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseEndpoint } from './endpoint.ts';
import { isName } from './name.ts';

const SHA256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

function refusal(path: string): string {
  const endpoint = parseEndpoint(path);
  return endpoint.kind === 'invalid'
    ? `${endpoint.error.status} ${endpoint.error.code}`
    : endpoint.kind;
}

test('each endpoint of the API', () => {
  assert.deepEqual(parseEndpoint('/v2'), { kind: 'base' });
  assert.deepEqual(parseEndpoint('/v2/'), { kind: 'base' });
  assert.deepEqual(parseEndpoint('/v2/_catalog'), { kind: 'catalog' });
  assert.deepEqual(parseEndpoint('/v2/_catalog/'), { kind: 'catalog' });
  assert.deepEqual(parseEndpoint('/v2/a/b/manifests/v1'), {
    kind: 'manifest',
    name: 'a/b',
    reference: 'v1',
    by: 'tag',
  });
  assert.deepEqual(parseEndpoint(`/v2/a/manifests/${SHA256}`), {
    kind: 'manifest',
    name: 'a',
    reference: SHA256,
    by: 'digest',
  });
  assert.deepEqual(parseEndpoint(`/v2/a/blobs/${SHA256}`), {
    kind: 'blob',
    name: 'a',
    digest: SHA256,
    algorithm: 'sha256',
  });
  assert.deepEqual(parseEndpoint('/v2/a/blobs/md5:x'), {
    kind: 'blob',
    name: 'a',
    digest: 'md5:x',
    algorithm: 'other',
  });
  assert.deepEqual(parseEndpoint('/v2/a/tags/list'), { kind: 'tags', name: 'a' });
  assert.deepEqual(parseEndpoint(`/v2/a/referrers/${SHA256}`), {
    kind: 'referrers',
    name: 'a',
    digest: SHA256,
  });
});

test('an escaped colon in a digest is valid', () => {
  assert.deepEqual(parseEndpoint(`/v2/a/blobs/${SHA256.replace(':', '%3A')}`), {
    kind: 'blob',
    name: 'a',
    digest: SHA256,
    algorithm: 'sha256',
  });
});

test('the endpoint is read from the right: a/manifests/b is a valid name', () => {
  assert.deepEqual(parseEndpoint('/v2/a/manifests/b/manifests/c'), {
    kind: 'manifest',
    name: 'a/manifests/b',
    reference: 'c',
    by: 'tag',
  });
  assert.deepEqual(parseEndpoint('/v2/a/tags/list/tags/list'), {
    kind: 'tags',
    name: 'a/tags/list',
  });
  assert.deepEqual(parseEndpoint('/v2/blobs/manifests/c'), {
    kind: 'manifest',
    name: 'blobs',
    reference: 'c',
    by: 'tag',
  });
});

test('paths outside the grammar are refused, each with its own error', () => {
  const cases: [string, string][] = [
    ['/v2/%zz/manifests/x', '400 NAME_INVALID'],
    ['/v2/A/manifests/x', '400 NAME_INVALID'],
    ['/v2//manifests/x', '400 NAME_INVALID'],
    ['/v2/../../x/manifests/y', '400 NAME_INVALID'],
    ['/v2/a%2Fb/manifests/y', '400 NAME_INVALID'],
    ['/v2/a%00/manifests/y', '400 NAME_INVALID'],
    ['/v2/a\\b/tags/list', '400 NAME_INVALID'],
    ['/v2/a%3Fb/tags/list', '400 NAME_INVALID'],
    [`/v2/${'a'.repeat(256)}/tags/list`, '400 NAME_INVALID'],
    [`/v2/a/blobs/${SHA256.toUpperCase()}`, '400 DIGEST_INVALID'],
    [`/v2/a/blobs/${SHA256}0`, '400 DIGEST_INVALID'],
    [`/v2/a/blobs/${SHA256}%3Fz:1`, '400 DIGEST_INVALID'],
    ['/v2/a/blobs/latest', '400 DIGEST_INVALID'],
    ['/v2/a/manifests/sha256:ab', '400 DIGEST_INVALID'],
    ['/v2/a/referrers/latest', '400 DIGEST_INVALID'],
    ['/v2/a/manifests/-x', '404 MANIFEST_UNKNOWN'],
    [`/v2/a/manifests/${'x'.repeat(129)}`, '404 MANIFEST_UNKNOWN'],
    ['/v2/a/manifests/x%2Fy', '404 MANIFEST_UNKNOWN'],
    ['/v2/a', '404 UNSUPPORTED'],
    ['/v2/manifests/x', '404 UNSUPPORTED'],
    ['/v2/a/manifests/', '404 UNSUPPORTED'],
    ['/v2/a/tags/list/', '404 UNSUPPORTED'],
    ['/v2/a/tags/other', '404 UNSUPPORTED'],
    ['/v2/a%2Fmanifests/y', '404 UNSUPPORTED'],
    ['/v2/a/blobs/uploads/', '404 UNSUPPORTED'],
    ['/v2//', '404 UNSUPPORTED'],
    ['/v2foo/manifests/x', '404 UNSUPPORTED'],
    ['/v1/', '404 UNSUPPORTED'],
  ];
  for (const [path, expected] of cases) assert.equal(refusal(path), expected, path);
});

/** Reference implementation: splits at slashes and takes the last two segments. */
function slowParse(path: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return 'invalid';
  const decoded = path.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    /^2f$/i.test(hex) ? '\u0000' : String.fromCharCode(parseInt(hex, 16)),
  );
  if (decoded === '/v2' || decoded === '/v2/') return 'base';
  if (decoded === '/v2/_catalog' || decoded === '/v2/_catalog/') return 'catalog';
  const segments = decoded.split('/');
  if (segments[0] !== '' || segments[1] !== 'v2' || segments.length < 5) return 'invalid';
  const last = segments.pop()!;
  const word = segments.pop()!;
  const name = segments.slice(2).join('/');
  if (!isName(name)) return 'invalid';
  const digest = /^(sha256:[a-f0-9]{64}|md5:x)$/;
  if (word === 'manifests')
    return /^[\w][\w.-]{0,127}$/.test(last) || digest.test(last)
      ? `manifest ${name} ${last}`
      : 'invalid';
  if (word === 'blobs') return digest.test(last) ? `blob ${name} ${last}` : 'invalid';
  if (word === 'referrers') return digest.test(last) ? `referrers ${name} ${last}` : 'invalid';
  return word === 'tags' && last === 'list' ? `tags ${name}` : 'invalid';
}

test('agrees with splitting the path at its slashes, and never throws', () => {
  const segment = fc.constantFrom(
    'v2',
    '',
    'a',
    'a.b',
    'manifests',
    'blobs',
    'tags',
    'list',
    'referrers',
    '_catalog',
    '..',
    '.',
    'x%2Fy',
    '%41',
    '%',
    SHA256,
    'md5:x',
    'sha256%3a',
    'A',
    '%76%32',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 8 }), fc.boolean(), (segments, rooted) => {
      const path = `${rooted ? '/v2/' : '/'}${segments.join('/')}`;
      const endpoint = parseEndpoint(path);
      const parts = [
        endpoint.kind,
        'name' in endpoint ? endpoint.name : '',
        'reference' in endpoint ? endpoint.reference : '',
        'digest' in endpoint ? endpoint.digest : '',
      ];
      assert.equal(parts.filter((part) => part !== '').join(' '), slowParse(path), path);
    }),
    { numRuns: 50_000 },
  );
});
