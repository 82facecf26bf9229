import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { NOT_IN_THIS_CLONE } from '../test/parts/shared-data.ts';
import { hasNothingToRun, ROOT, sourceFiles } from './source-files.ts';
import type { Summary } from './summary-reporter.ts';

/** `npm test`: runs every check in turn, and reports how long each took. */

/** Files that need full line coverage: the libraries, and the app's path from a request to its answer. */
const COVERED = [
  // Without the rest of the mirror, which test/mirror runs as a separate process against real registries and buckets.
  'packages/!(mirror)/src/**/*.ts',
  'packages/mirror/src/{backoff,json-value,mirror-error,pacer}.ts',
  'packages/mirror/src/destination/{destination,key-pattern}.ts',
  'packages/mirror/src/destination/directory/!(directory-destination).ts',
  'packages/mirror/src/destination/s3/s3-{abilities,error,listing,retries}.ts',
  'packages/mirror/src/progress/!(view).ts',
  'packages/mirror/src/run/{memory-budget,missing-tags,until-stopped}.ts',
  'packages/mirror/src/run/copy/work-queue.ts',
  'packages/mirror/src/source/{layout-tag,source-id}.ts',
  'packages/mirror/src/source/credentials/{credential-program,registry-key}.ts',
  'packages/mirror/src/source/registry/{answerable,content-range,sends-credentials}.ts',
  // Without build.ts and write-bundle.ts, which run as a separate process.
  'apps/edge/build/{edge-findings,embed,read-configuration}.ts',
  'apps/edge/src/**/*.ts',
  'apps/archeio/src/worker/{assemble,compile-generation,listeners,serving,worker}.ts',
  'apps/archeio/src/http/**/*.ts',
  'apps/archeio/src/record/**/*.ts',
  'apps/archeio/src/backends/{backend-states,presence/*,signing/*}.ts',
  // Without redis-connection.ts and create-shared-memory.ts, which need a Redis.
  'apps/archeio/src/backends/shared/{redis-memory,redis-password,shared-key}.ts',
  'apps/archeio/src/backends/client/{address-families,create-store-checker,http-client,index,repeated-request,shared-lookup,time-limit,timed-checker}.ts',
  // Without worker-processes.ts and obey-supervisor.ts, which only run in separate processes.
  'apps/archeio/src/supervisor/{backend-owner,supervisor,own-seconds}.ts',
  'apps/archeio/src/supervisor/workers/{claim-port,close-worker,local-worker,relay-lines,remote-worker,worker-pulse}.ts',
  'apps/archeio/src/supervisor/{admin,certificate,health,history,repositories,signing}/*.ts',
  // Without event-target.ts, half of which needs a standard output of its own.
  'apps/archeio/src/supervisor/events/event-{counts,queue,warnings,writer}.ts',
  'apps/archeio/src/supervisor/{inventory/inventory-service,ranges/ranges-service,reload/reload-service}.ts',
  'apps/archeio/src/ipc/*.ts',
  'apps/archeio/src/metrics/*.ts',
  // Without reading-thread.ts, which only runs in a separate thread.
  'apps/archeio/src/configuration/!(reading-thread|shipped).ts',
  'apps/archeio/src/configuration/watch/watch-configuration.ts',
  'apps/archeio/src/supervisor/telemetry/*.ts',
  'apps/archeio/src/platform/telemetry/*.ts',
  'apps/archeio/src/platform/{build,checkout-revision,embedded,in-turns,launch-environment,lifecycle,own-fault,print,write-whole-file}.ts',
  // Without check-certificate.ts, which has an error for keys that only one of the libraries refuses.
  'apps/archeio/src/platform/certificate/{read-certificate,secure-context}.ts',
];
/** Files with only types are never loaded, and would count as uncovered. */
const typesAlone = sourceFiles('{packages,apps}/**/*.ts').filter(hasNothingToRun);

const FOLDER = mkdtempSync(join(tmpdir(), 'archeio-test-'));

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** File for the results of a test run. */
  readonly summary?: string;
}

function tests(name: string, args: readonly string[]): Step {
  const summary = join(FOLDER, `${name}.json`);
  const reporters = [
    'spec',
    join(ROOT, 'tools/summary-reporter.ts'),
    join(ROOT, 'tools/time-limit.ts'),
  ];
  const destinations = ['stdout', summary, 'stdout'];
  return {
    name,
    command: 'node',
    args: [
      '--test',
      ...reporters.map((each) => `--test-reporter=${each}`),
      ...destinations.map((each) => `--test-reporter-destination=${each}`),
      ...args,
    ],
    summary,
  };
}

/** Themes that must run alone: they use containerd and networks, or measure availability during failures. */
const ALONE: ReadonlySet<string> = new Set([
  'executable',
  'failover',
  'faults',
  'processes',
  'pulls',
  'reload',
  'replicas',
]);

/** The test files of the themes below test/. */
function filesIn(wanted: (theme: string) => boolean): string[] {
  return readdirSync(join(ROOT, 'test'))
    .filter(wanted)
    .map((theme) => `test/${theme}/**/*.test.ts`);
}

const STEPS: readonly Step[] = [
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', command: 'oxfmt', args: ['--check'] },
  tests('next to the code', [
    `--test-concurrency=${availableParallelism()}`,
    '--experimental-test-coverage',
    '--test-coverage-include-all',
    '--test-coverage-lines=100',
    ...COVERED.map((pattern) => `--test-coverage-include=${pattern}`),
    ...['**/*.test.ts', '**/testing/**', ...typesAlone.map(({ path }) => path)].map(
      (pattern) => `--test-coverage-exclude=${pattern}`,
    ),
    'packages/**/*.test.ts',
    'apps/**/*.test.ts',
    'tools/**/*.test.ts',
  ]),
  tests('across packages', ['--test-concurrency=2', ...filesIn((theme) => !ALONE.has(theme))]),
  tests('one at a time', ['--test-concurrency=1', ...filesIn((theme) => ALONE.has(theme))]),
];

/** Makes a missing requirement of the tests a failure. */
const REQUIRED = process.env['ARCHEIO_REQUIRE_PARTS'] === '1';

/** Prints what was skipped and why, and which files took longest. */
function tell(summaries: readonly Summary[]): void {
  const spent = summaries.flatMap((each) => Object.entries(each.spent));
  for (const [file, milliseconds] of spent.toSorted(([, a], [, b]) => b - a).slice(0, 12))
    console.log(`${(milliseconds / 1000).toFixed(1).padStart(7)} s  ${file}`);
  for (const each of summaries.flatMap(({ notRun }) => notRun)) console.log(`did not run: ${each}`);
}

/** Archeio's default ports. They are occupied during the tests, so that every test must pick a free one. */
for (const port of [8080, 9090])
  await new Promise<void>((resolve) => {
    const server = createServer((socket) => socket.destroy()).unref();
    server.once('error', () => resolve()).listen(port, () => resolve());
  });

const spent: string[] = [];
const summaries: Summary[] = [];
let failed = false;
for (const { name, command, args, summary } of STEPS) {
  const begun = performance.now();
  const { status, error } = spawnSync(join(ROOT, 'node_modules/.bin', command), args, {
    cwd: ROOT,
    stdio: 'inherit',
  });
  spent.push(`${name} ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  if (summary !== undefined && existsSync(summary))
    summaries.push(JSON.parse(readFileSync(summary, 'utf8')));
  if (status === 0) continue;
  console.error(`npm test: ${name} failed${error ? `: ${error.message}` : ''}`);
  failed = true;
  // All test suites run, so that one run reports every failure.
  if (summary === undefined) break;
}
rmSync(FOLDER, { recursive: true });

tell(summaries);
if (
  REQUIRED &&
  summaries.some(({ notRun }) => notRun.some((each) => !each.includes(NOT_IN_THIS_CLONE)))
) {
  console.error('npm test: everything was required to run, and the above did not');
  failed = true;
}
console.log(`npm test: ${failed ? 'failed' : 'everything passed'} (${spent.join(', ')})`);
const count = (of: 'passed' | 'failed' | 'skipped'): number =>
  summaries.reduce((sum, summary) => sum + summary[of], 0);
if (summaries.length > 0)
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
process.exitCode = failed ? 1 : 0;
