import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfiguration, ConfigurationError } from '../configuration.ts';
import { Marks } from '../marks.ts';

const SOURCE = {
  version: 1,
  pages: { info: 'https://info.example', privacy: 'https://info.example/privacy' },
  registries: [{ name: 'one', upstreams: [{ name: 'up', url: 'https://up.example' }] }],
} as const;
const DISK = { name: 'disk', type: 'directory', path: '/srv/blobs' };
const LIST = { url: 'https://up.example', repositories: { from: 'list', names: ['app'] } };

function problemsOf(more: object): readonly (readonly [string, string])[] {
  try {
    checkConfiguration({ ...SOURCE, ...more }, new Marks(), []);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.problems.map(({ key, message }) => [key, message] as const);
  }
}

const mirror = (more: object, destinations: readonly object[] = [DISK]): object => ({
  mirror: { source: { ...LIST, ...more }, destinations },
});

for (const [what, more, key, message] of [
  ['a platform', mirror({ platforms: ['linux'] }), /^mirror\.source\.platforms/, /linux/],
  [
    'a key in the way of a copy',
    mirror({}, [{ ...DISK, contents: 'registry', key: 'v2/{digest}' }]),
    /^mirror\.destinations\[0\]\.key/,
    /begins with "v2\/"/,
  ],
  [
    'a copy with some platforms',
    mirror({ platforms: ['linux/amd64'] }, [{ ...DISK, contents: 'registry' }]),
    /^mirror\.destinations\[0\]\.contents/,
    /requires all platforms/,
  ],
  [
    'blobs of no copy',
    mirror({}, [{ ...DISK, blobs: 'repository' }]),
    /^mirror\.destinations\[0\]\.blobs/,
    /requires "contents: registry"/,
  ],
  ['two names', mirror({}, [DISK, DISK]), /^mirror\.destinations/, /"disk"/],
  ['a name', mirror({ repositories: { from: 'layout', path: '/l', name: 'A b' } }), /name/, /A b/],
  ['a size', { health: { body: '64 bananas' } }, /^health\.body/, /cannot read size/],
  ['a cloud', { ranges: { sources: { Mars: 'https://m.example' } } }, /Mars$/, /expected one of/],
  [
    'a path',
    {
      registries: [
        { name: 'one', upstreams: [{ name: 'up', url: 'https://u.example', path: '/a/' }] },
      ],
    },
    /path$/,
    /cannot read path/,
  ],
  [
    'a prefix',
    { registries: [{ ...SOURCE.registries[0], prefix: 'no-slash' }] },
    /prefix$/,
    /cannot read prefix/,
  ],
  [
    'a digest',
    { stores: [{ name: 's', url: 'https://s.example', key: '{digest}', probe: 'sha256:x' }] },
    /probe/,
    /cannot read digest/,
  ],
] as const)
  test(`${what} that cannot be used is refused where it is written`, () => {
    const problems = problemsOf(more);
    assert.ok(
      problems.some(([where, why]) => key.test(where) && message.test(why)),
      JSON.stringify(problems),
    );
  });
