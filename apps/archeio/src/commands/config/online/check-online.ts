import { randomBytes } from 'node:crypto';
import type { MirrorOnlyConfiguration, Environment } from '@archeio/configuration';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { createPresigner, type Presigner } from '../../../backends/signing/presigner.ts';
import type { AskOptions } from './ask.ts';
import { checkCertificate } from './certificate-expiry.ts';
import { type OnlineFinding, type CheckResult, warning } from './finding.ts';
import { checkMirror } from './mirror-check.ts';
import { checkRedis } from './redis-check.ts';
import { checkStore } from './store-check.ts';
import { checkUpstream } from './upstream-check.ts';

/** Milliseconds for one request; a backend gets at most five. */
const TIMEOUT = 10_000;

/** Milliseconds for the mirror's source or a destination, retries included. */
const MIRROR_TIMEOUT = 30_000;

/** Number of backends to ask at the same time. */
const AT_ONCE = 8;

/** Supplied by the caller. */
export interface OnlineCheckDependencies extends Partial<AskOptions> {
  /** Milliseconds since 1970. */
  readonly timeOfDay: () => number;
  /** For stores with `presign`; by default a new one with the AWS SDK's standard credential chain. */
  readonly presigner?: Presigner;
  /** Environment with the credentials of the mirror's source and of Redis. */
  readonly environment?: Environment;
}

/** Without a probe, a wrong key looks like an empty store: every answer is valid. */
const UNPROVEN: CheckResult = warning(
  'nothing proves that this store has any blob: it has no probe',
  'set probe to the digest of a blob that is always in the store; the check then requests it under the key that clients use',
);

interface Task {
  readonly backend: string;
  readonly run: () => Promise<CheckResult[]>;
}

function tasksOf(
  configuration: MirrorOnlyConfiguration,
  dependencies: OnlineCheckDependencies,
  presigner: Presigner,
): Task[] {
  const { registries = [], stores } = configuration;
  const { timeOfDay, ca, timeout = TIMEOUT, environment = {} } = dependencies;
  const options = { timeout, ca };
  const missing = `sha256:${randomBytes(32).toString('hex')}`;
  const all = (urls: readonly string[], check: () => Promise<CheckResult[]>) => async () => [
    ...(await check()),
    ...(await Promise.all(urls.map((url) => checkCertificate(url, options, timeOfDay())))).flat(),
  ];
  const upstreams = registries.flatMap(({ name, upstreams, signatures }) => [
    ...upstreams.map((upstream) => ({ backend: upstream.name, upstream })),
    ...(signatures === undefined
      ? []
      : [{ backend: `${name}'s signatures`, upstream: signatures }]),
  ]);
  const { shared, budget } = configuration.presence;
  return [
    ...upstreams.map(({ backend, upstream }) => ({
      backend,
      run: all([upstream.url], () => checkUpstream(upstream, options)),
    })),
    ...stores.map((store) => {
      const { name, url, checkUrl, enabled } = store;
      const urls = enabled ? [url, ...(checkUrl === undefined ? [] : [checkUrl])] : [];
      const check = async () => {
        const results = await checkStore(store, { ...options, missing, timeOfDay, presigner });
        const isGood = enabled && results.every(({ severity }) => severity !== 'error');
        return isGood && store.probe === undefined ? [...results, UNPROVEN] : results;
      };
      return { backend: name, run: all(urls, check) };
    }),
    ...(shared === undefined
      ? []
      : [
          {
            backend: 'presence.shared',
            run: () => checkRedis(shared.redis, { environment, budget, timeout }),
          },
        ]),
  ];
}

/**
 * Checks every backend once and returns its findings in the order of the configuration: upstreams and signatures, then
 * stores, shared presence, then the mirror's source and destinations. It asks eight at a time and gives each request `timeout` milliseconds (default: 10 s).
 */
export async function* checkOnline(
  configuration: MirrorOnlyConfiguration,
  dependencies: OnlineCheckDependencies,
): AsyncGenerator<OnlineFinding> {
  const { timeOfDay } = dependencies;
  const presigner =
    dependencies.presigner ??
    (await createPresigner(configuration.stores, { clock: MONOTONIC_CLOCK, timeOfDay }));
  try {
    const tasks = tasksOf(configuration, dependencies, presigner);
    const running = tasks.slice(0, AT_ONCE).map(({ run }) => run());
    for (const [index, { backend }] of tasks.entries()) {
      const results = await running[index];
      const next = tasks[index + AT_ONCE];
      if (next !== undefined) running.push(next.run());
      for (const result of results) yield { backend, ...result };
    }
    const { environment = {}, timeout = MIRROR_TIMEOUT } = dependencies;
    if (configuration.mirror !== undefined)
      yield* checkMirror(configuration.mirror, { environment, timeout });
  } finally {
    if (dependencies.presigner === undefined) presigner.close();
  }
}
