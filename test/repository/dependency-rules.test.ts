import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { code, ROOT, sourceFiles } from '../../tools/source-files.ts';

/** docs/internals/architecture.md: dependencies point down this list only. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'plain-errors': [],
  netip: [],
  'oci-distribution': [],
  'client-address': ['@archeio/netip'],
  clouds: ['@archeio/netip'],
  presence: [],
  'backend-health': [],
  inventory: [],
  'content-checks': ['@archeio/oci-distribution', '@archeio/presence', '@archeio/backend-health'],
  'mirror-plan': ['@archeio/oci-distribution', 'picomatch'],
  redirect: ['@archeio/netip', '@archeio/oci-distribution', '@archeio/clouds'],
  configuration: [
    '@archeio/netip',
    '@archeio/oci-distribution',
    '@archeio/clouds',
    '@archeio/redirect',
    '@archeio/mirror-plan',
    '@archeio/plain-errors',
    'yaml',
    'zod',
    'node:path',
  ],
  'request-handler': [
    '@archeio/redirect',
    '@archeio/client-address',
    '@archeio/clouds',
    '@archeio/netip',
    '@archeio/oci-distribution',
    '@archeio/presence',
  ],
};

/** Packages that read files and send requests; all others do neither. None accesses its process. */
const WITH_IO: Readonly<Record<string, readonly string[]>> = {
  'bounded-reading': ['@archeio/plain-errors'],
  mirror: [
    '@archeio/mirror-plan',
    '@archeio/inventory',
    '@archeio/oci-distribution',
    '@archeio/plain-errors',
    '@archeio/bounded-reading',
    '@aws-sdk/client-s3',
    '@smithy/core',
    '@smithy/node-http-handler',
  ],
};

/** What a library must not use: it is passed in, or belongs to the app. */
const FORBIDDEN =
  /\b(process|Buffer|require|console|performance|setInterval|setImmediate|setTimeout|fetch|Bun|Deno|Date\.now|Math\.random|globalThis|crypto)\b/;

/** Defaults of createPresence, if its caller passes neither clock nor seed. */
const MACHINE: ReadonlySet<string> = new Set([
  'packages/presence/src/monotonic-clock.ts',
  'packages/presence/src/random-seed.ts',
]);

function manifest(folder: string): {
  name: string;
  license: string;
  dependencies?: Record<string, string>;
} {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
}

/** The package of a module: `@smithy/core` of `@smithy/core/protocols`. */
function packageOf(module: string): string {
  return module.split('/', module.startsWith('@') ? 2 : 1).join('/');
}

for (const [name, allowed] of Object.entries({ ...ALLOWED, ...WITH_IO })) {
  const files = sourceFiles(`packages/${name}/src/**/*.ts`);

  test(`@archeio/${name} imports itself and ${allowed.join(', ') || 'nothing'}`, () => {
    assert.ok(files.length > 0);
    for (const { path, imports } of files) {
      for (const imported of imports) {
        assert.ok(
          imported.startsWith('./') ||
            imported.startsWith('../') ||
            allowed.includes(packageOf(imported)) ||
            (name in WITH_IO && imported.startsWith('node:')),
          `${path} imports ${imported}`,
        );
        assert.ok(
          !imported.startsWith('.') ||
            join(dirname(path), imported).startsWith(`packages/${name}/src/`),
          `${path} reaches out of its package: ${imported}`,
        );
      }
    }
  });

  test(`@archeio/${name} declares exactly its imports in its package.json`, () => {
    const used = new Set(
      files
        .flatMap(({ imports }) => imports)
        .filter((imported) => !imported.startsWith('.') && !imported.startsWith('node:'))
        .map(packageOf),
    );
    const { dependencies = {}, license } = manifest(`packages/${name}`);
    assert.deepEqual(Object.keys(dependencies).toSorted(), [...used].toSorted());
    assert.equal(license, 'Apache-2.0');
  });

  if (name in WITH_IO) {
    test(`@archeio/${name} knows nothing about its process except the runtime`, () => {
      for (const { path, text } of files) {
        const found = /\b(?:process\.(?!versions\b)\w+|console)\b/.exec(code(text));
        assert.equal(found, null, `${path} uses ${found?.[0]}`);
      }
    });
    continue;
  }

  test(`@archeio/${name} does no I/O and reads no clock, environment or randomness`, () => {
    for (const { path, text } of files.filter((file) => !MACHINE.has(file.path))) {
      const found = FORBIDDEN.exec(code(text));
      assert.equal(found, null, `${path} uses ${found?.[0]}`);
    }
  });
}

test('every package has its rules', () => {
  assert.deepEqual(
    readdirSync(join(ROOT, 'packages')).toSorted(),
    Object.keys({ ...ALLOWED, ...WITH_IO }).toSorted(),
  );
});

test('@archeio/redirect takes only types from @archeio/clouds', () => {
  for (const { path, text } of sourceFiles('packages/redirect/src/**/*.ts')) {
    for (const [statement] of text.matchAll(/import[^;]*'@archeio\/clouds'/g)) {
      assert.match(statement, /^import type /, path);
    }
  }
});

test('the policy knows no Host, clock, metric or promise: redirect and backend-health have no async', () => {
  for (const { path, text } of [
    ...sourceFiles('packages/redirect/src/**/*.ts'),
    ...sourceFiles('packages/backend-health/src/**/*.ts'),
  ]) {
    const found = /\b(async|await|Promise|then)\b/.exec(code(text));
    assert.equal(found, null, `${path} uses ${found?.[0]}`);
  }
});

test('nothing imports the app, and every package is under the same licence', () => {
  for (const { path, imports } of sourceFiles('packages/**/*.ts')) {
    for (const imported of imports)
      assert.ok(
        !imported.includes('apps/') && imported !== 'archeio',
        `${path} imports ${imported}`,
      );
  }
  assert.equal(manifest('.').license, 'Apache-2.0');
  assert.equal(manifest('apps/archeio').license, 'Apache-2.0');
});

test('the edge imports packages and what its platform has, and of the configuration only types', () => {
  for (const { path, text, imports } of sourceFiles('apps/edge/src/**/*.ts')) {
    for (const imported of imports)
      assert.ok(/^(?:\.|@archeio\/|node:crypto$)/.test(imported), `${path} imports ${imported}`);
    assert.doesNotMatch(text, /'(?:\.\.\/)+(?:build|archeio)\//, path);
    for (const [statement] of text.matchAll(/import[^;]*'@archeio\/configuration'/g))
      assert.match(statement, /^import type /, path);
  }
});

test('no code removes listeners of other code, or imitates an error of the operating system', () => {
  for (const { path, text } of sourceFiles('{packages,apps}/**/*.ts')) {
    if (path.includes('node_modules') || /\/testing\/|\.test\.ts$/.test(path)) continue;
    const found = /removeAllListeners|\bsyscall: '/.exec(code(text));
    assert.equal(found, null, `${path} has ${found?.[0]}`);
  }
});

test('every file is named for what is in it, and is short enough to read', () => {
  for (const { path, text } of sourceFiles('{packages,apps,test,bench,tools}/**/*.ts').filter(
    ({ path }) => !path.includes('node_modules'),
  )) {
    assert.doesNotMatch(path, /(?:utils?|helpers?|common|misc)\b/);
    assert.ok(text.split('\n').length <= 301, `${path} has over 300 lines`);
  }
});
