import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './source-files.ts';
import type { Summary } from './summary-reporter.ts';

/** `npm test`: runs every check in turn, and says at the end what took how long. */

/** What must be covered to the last line: the libraries, and the app's way from a request to its answer. */
const COVERED = [
  'packages/*/src/**/*.ts',
  'apps/archeio/src/{assemble,considered-backends,decision-record,digest-keys,front,explanation,lifecycle,nothing-known,place-finder,site}.ts',
  'apps/archeio/src/server/*.ts',
  'apps/archeio/src/{admin,metrics}/*.ts',
  'apps/archeio/src/configuration/*.ts',
  // Without worker-process.ts and worker-processes.ts, which only run in processes of their own, and types alone.
  'apps/archeio/src/worker/{backend-states,blob-presence,memory,messages,ports,saw,upstream-memory,worker}.ts',
  'apps/archeio/src/hub/{admin-service,backend-owner,claim-port,close-worker,health-service,hub,inventory-service,local-worker,ranges-service,reload-service,remote-worker,repository-service,signing-service}.ts',
  'apps/archeio/src/{health,presign,repositories,upstream-presence}/*.ts',
  'apps/archeio/src/configuration-watch/watch-configuration.ts',
  'apps/archeio/src/check/{blob-size,classify,create-store-checker,index,node-client,request-headers,timed-checker,tls-error}.ts',
];
const exceptions: string[] = Object.keys(
  JSON.parse(readFileSync(join(ROOT, 'test/coverage-exceptions.json'), 'utf8')),
);

const FOLDER = mkdtempSync(join(tmpdir(), 'archeio-test-'));
const SUMMARY = join(FOLDER, 'summary.json');

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
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${join(ROOT, 'test/summary-reporter.ts')}`,
      `--test-reporter-destination=${SUMMARY}`,
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

/** Where something that the tests need is missing, this makes that a failure. */
const REQUIRED = process.env['ARCHEIO_REQUIRE_PARTS'] === '1';

function readSummary(): Summary | undefined {
  return existsSync(SUMMARY) ? JSON.parse(readFileSync(SUMMARY, 'utf8')) : undefined;
}

/** Says what did not run and why, and which files took longest. */
function tell({ spent, notRun }: Summary): void {
  const slowest = Object.entries(spent).toSorted(([, a], [, b]) => b - a);
  for (const [file, milliseconds] of slowest.slice(0, 12))
    console.log(`${(milliseconds / 1000).toFixed(1).padStart(7)} s  ${file}`);
  for (const each of notRun) console.log(`did not run: ${each}`);
}

const spent: string[] = [];
let failed = false;
for (const [command, args] of STEPS) {
  const begun = performance.now();
  const { status, error } = spawnSync(join(ROOT, 'node_modules/.bin', command), args, {
    cwd: ROOT,
    stdio: 'inherit',
  });
  spent.push(`${command} ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  if (status === 0) continue;
  console.error(`npm test: ${command} failed${error ? `: ${error.message}` : ''}`);
  failed = true;
  break;
}

const summary = readSummary();
rmSync(FOLDER, { recursive: true });
if (summary !== undefined) tell(summary);
if (summary !== undefined && REQUIRED && summary.notRun.length > 0) {
  console.error('npm test: everything was required to run, and the above did not');
  failed = true;
}
console.log(`npm test: ${failed ? 'failed' : 'everything passed'} (${spent.join(', ')})`);
if (summary !== undefined)
  console.log(`${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`);
process.exitCode = failed ? 1 : 0;
