import { compileKeyPath } from '@archeio/oci-distribution';
import type { Presigner } from '../../../backends/signing/index.ts';
import type { AskOptions } from './ask.ts';
import { bad, good, type CheckResult, warning } from './finding.ts';
import { checkMissingKey, type OnlineStore } from './missing-key-check.ts';
import { checkProbe } from './probe-check.ts';
import { askerOf } from './signed-asking.ts';

/** S3 refuses signatures that are 15 minutes off; a clock that is a minute off goes on drifting. Milliseconds. */
const SKEW = 60_000;

/** What a store is checked with. */
export interface StoreCheckDependencies extends AskOptions {
  /** A digest that no blob has. */
  readonly missing: string;
  /** Milliseconds since 1970. */
  readonly timeOfDay: () => number;
  readonly presigner: Presigner;
}

/** What is to be said of our clock, by which signatures are made. */
function checkClock(date: string | undefined, timeOfDay: number): CheckResult[] {
  const skew = Math.round((timeOfDay - Date.parse(date ?? '')) / 1000);
  if (Number.isNaN(skew) || Math.abs(skew) * 1000 <= SKEW) return [];
  const way = skew > 0 ? 'ahead of' : 'behind';
  return [
    warning(
      `this machine's clock is ${Math.abs(skew)} s ${way} the store's`,
      'set it: signatures are refused that are more than 15 minutes off',
    ),
  ];
}

/** Asks a store what `config check --online` wants to know. */
export async function checkStore(
  store: OnlineStore,
  dependencies: StoreCheckDependencies,
): Promise<CheckResult[]> {
  if (!store.enabled) return [good('not asked: it is switched off (enabled: false)')];
  if (store.presign !== undefined) {
    const trouble = dependencies.presigner.trouble(store);
    if (trouble !== undefined)
      return [
        bad(
          `there are no credentials to sign with: ${trouble}`,
          'give them as the AWS SDK finds them: environment, profile, or the role of this machine',
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
