import { formatAddr } from '@archeio/netip';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { createLog } from '../../../platform/log.ts';
import type { AdminSources } from '../admin-answers.ts';
import { AdminServer } from '../admin-server.ts';
import { ArcheioError } from '../../../platform/errors.ts';
import { statusOf } from '../status.ts';

/** More than the kernel buffers for a client that does not read. */
export const LARGE = 32 * 1024 * 1024;

/** Milliseconds for an answer, in tests of what comes too late. Other tests do not depend on the time. */
export const SHORT_TIMEOUT = 700;

/** Sources with fixed answers; the path to explain selects how the explanation ends. */
export const SOURCES: AdminSources = {
  health: (check) => check === 'livez',
  crew: () => undefined,
  metrics: () => Promise.resolve('# TYPE x gauge\nx{label="é"} 1\n'),
  status: () =>
    Promise.resolve(
      statusOf({
        version: '1.0.0',
        revision: 'abc',
        runtime: 'node 26.0.0',
        pid: 7,
        now: 61_500,
        clockNow: 0,
        startedAt: 0,
        configuration: {
          location: 'a.yaml',
          generation: 1,
          loadedAt: 0,
          lastReload: null,
          restartNeeded: [],
        },
        processes: [],
        backends: [],
        ranges: [],
        presence: [],
        metrics: { values: {}, histograms: {} },
      }),
    ),
  history: (range) => Promise.resolve(JSON.stringify({ range })),
  configuration: () => Promise.resolve('{"values":[]}'),
  flows: (range) => Promise.resolve(JSON.stringify({ flows: range })),
  explain: ({ path, address, method, host }) => {
    switch (path) {
      case '/throw':
        throw new Error('a fault');
      case '/refuse':
        return Promise.reject(new ArcheioError('usage', 'cannot explain this'));
      case '/text':
        // oxlint-disable-next-line prefer-promise-reject-errors -- this is tested
        return Promise.reject('text');
      case '/never':
        return new Promise(() => undefined);
      case '/large':
        return Promise.resolve('x'.repeat(LARGE));
      default:
        return Promise.resolve({ path, ip: formatAddr(address), method, host: host ?? null });
    }
  },
};

/** An admin server with those sources. */
export function fixtureServer(
  lines: string[] = [],
  statusNow = () => '{}',
  answerTimeout = 60_000,
): AdminServer {
  return new AdminServer({
    sources: { ...SOURCES, statusNow },
    log: createLog(
      'info',
      (line) => lines.push(line),
      () => 0,
    ),
    clock: MONOTONIC_CLOCK,
    answerTimeout,
  });
}
