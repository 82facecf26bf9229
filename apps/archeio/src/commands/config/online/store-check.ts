import { compileKeyPath } from '@archeio/oci-distribution';
import type { Presigner } from '../../../backends/signing/presigner.ts';
import type { AskOptions } from './ask.ts';
import { bad, good, type CheckResult, warning } from './finding.ts';
import { checkMissingKey, type OnlineStore } from './missing-key-check.ts';
import { checkProbe } from './probe-check.ts';
import { askerOf } from './signed-asking.ts';

/** S3 refuses signatures that are 15 minutes off, and a clock that is a minute off keeps drifting. Milliseconds. */
const SKEW = 60_000;

/** Inputs of a store check. */
export interface StoreCheckDependencies extends AskOptions {
  /** Digest of no existing blob. */
  readonly missing: string;
  /** Milliseconds since 1970. */
  readonly timeOfDay: () => number;
  readonly presigner: Presigner;
}

/** Finding about this machine's clock, which signatures depend on. */
function checkClock(date: string | undefined, timeOfDay: number): CheckResult[] {
  const skew = Math.round((timeOfDay - Date.parse(date ?? '')) / 1000);
  if (Number.isNaN(skew) || Math.abs(skew) * 1000 <= SKEW) return [];
  const way = skew > 0 ? 'ahead of' : 'behind';
  return [
    warning(
      `this machine's clock is ${Math.abs(skew)} s ${way} the store's`,
      'set the clock: signatures that are more than 15 minutes off are refused',
    ),
  ];
}

/** Checks a store for `config check --online`. */
export async function checkStore(
  store: OnlineStore,
  dependencies: StoreCheckDependencies,
): Promise<CheckResult[]> {
  if (!store.enabled) return [good('not checked: the store is disabled (enabled: false)')];
  if (store.presign !== undefined) {
    const trouble = dependencies.presigner.trouble(store);
    if (trouble !== undefined)
      return [
        bad(
          `there are no credentials to sign with: ${trouble}`,
          'provide them where the AWS SDK looks: environment, profile, or the role of this machine',
        ),
      ];
  }
  const key = compileKeyPath(store.key);
  const askStore = askerOf(store, dependencies.presigner, dependencies);
  const asked = `${store.checkUrl ?? store.url}/${key(dependencies.missing)}`;
  const probe =
    store.probe === undefined
      ? { results: [], refused: false }
      : await checkProbe(`${store.url}/${key(store.probe)}`, store.probe, askStore);
  const { results, date } =
    store.check === 'none' && store.probe !== undefined
      ? { results: [], date: undefined }
      : await checkMissingKey(store, asked, askStore, probe.refused);
  const clock = store.presign === undefined ? [] : checkClock(date, dependencies.timeOfDay());
  return [...results, ...clock, ...probe.results];
}
