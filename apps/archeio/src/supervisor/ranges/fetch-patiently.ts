import {
  FetchError,
  fetchText,
  type Fetched,
  type FetchLimits,
  type Validators,
} from './fetch-text.ts';

/** How often, and how far apart, a request is repeated that failed for a reason that may pass. */
export interface Patience extends FetchLimits {
  /** Before the second attempt, the third and so on, milliseconds. */
  readonly pauses: readonly number[];
  /** From 0 up to 1: so that many servers do not come back together. */
  readonly random: () => number;
}

function pause(milliseconds: number, { clock, random, signal }: Patience): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      resolve();
    };
    const cancel = clock.after(milliseconds * (0.5 + random() / 2), end);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/**
 * As {@link fetchText}, but a failure that may pass is tried again after a pause.
 *
 * @throws FetchError of the last attempt
 */
export async function fetchPatiently(
  url: string,
  validators: Validators,
  patience: Patience,
): Promise<Fetched> {
  for (const milliseconds of patience.pauses) {
    try {
      return await fetchText(url, validators, patience);
    } catch (error) {
      if (!(error instanceof FetchError && error.transient)) throw error;
      await pause(milliseconds, patience);
    }
  }
  return fetchText(url, validators, patience);
}
