import {
  fetchBytes,
  FetchError,
  type FetchLimits,
  type Validators,
} from '../../platform/fetch-bytes.ts';

/** Limits of a request, and when to retry it. */
export interface Patience extends FetchLimits {
  /** Milliseconds before the second attempt, the third and so on. */
  readonly pauses: readonly number[];
  /** From 0 up to 1; keeps servers from retrying at the same time. */
  readonly random: () => number;
}

export type Fetched =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'text'; readonly text: string; readonly validators: Validators };

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

function decoded(url: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FetchError(url, 'expected UTF-8', false, error);
  }
}

/**
 * Fetches the text at a URL, or finds that it has not changed. Retries after failures that may be temporary.
 *
 * @param before validators of the last answer; empty fetches unconditionally
 * @throws FetchError of the last attempt
 */
export async function fetchText(
  url: string,
  before: Validators,
  patience: Patience,
): Promise<Fetched> {
  for (let attempt = 0; ; attempt++) {
    try {
      const fetched = await fetchBytes(url, before, patience);
      if (fetched.kind === 'unchanged') return fetched;
      const { bytes, validators } = fetched;
      return { kind: 'text', text: decoded(url, bytes), validators };
    } catch (error) {
      const isFinal = attempt >= patience.pauses.length;
      if (isFinal || !(error instanceof FetchError && error.transient)) throw error;
      await pause(patience.pauses[attempt], patience);
    }
  }
}
