import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-files.ts';

/** `npm test`: runs every check in turn, and says at the end what took how long. */

/** What must be covered to the last line: the libraries, and the app's way from a request to its answer. */
const COVERED = [
  'packages/*/src/**/*.ts',
  'apps/archeio/src/{assemble,backend-states,decision-record,digest-keys,front,explanation,lifecycle,nothing-known}.ts',
  'apps/archeio/src/server/{answer,header-lines,limits,unreadable}.ts',
  'apps/archeio/src/check/classify.ts',
  'apps/archeio/src/configuration/*.ts',
];
const exceptions: string[] = Object.keys(
  JSON.parse(readFileSync(join(ROOT, 'test/coverage-exceptions.json'), 'utf8')),
);

const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['tsc', ['--noEmit']],
  ['oxlint', ['--type-aware', '--deny-warnings']],
  ['oxfmt', ['--check']],
  [
    'node',
    [
      '--test',
      '--experimental-test-coverage',
      '--test-coverage-include-all',
      '--test-coverage-lines=100',
      ...COVERED.map((pattern) => `--test-coverage-include=${pattern}`),
      ...['**/*.test.ts', '**/testing/**', ...exceptions].map(
        (pattern) => `--test-coverage-exclude=${pattern}`,
      ),
      'packages/**/*.test.ts',
      'apps/**/*.test.ts',
      'test/**/*.test.ts',
    ],
  ],
];

const spent: string[] = [];
for (const [command, args] of STEPS) {
  const begun = performance.now();
  const { status, error } = spawnSync(join(ROOT, 'node_modules/.bin', command), args, {
    cwd: ROOT,
    stdio: 'inherit',
  });
  spent.push(`${command} ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  if (status === 0) continue;
  console.error(
    `npm test: ${command} failed${error ? `: ${error.message}` : ''} (${spent.join(', ')})`,
  );
  process.exit(1);
}
console.log(`npm test: everything passed (${spent.join(', ')})`);
