import type { PresignedStore, Presigner } from '../../../backends/signing/index.ts';
import { type AskOutcome, ask, type Asking, type AskOptions } from './ask.ts';

/** Asks a store for a URL, signed where the store says so. Never rejects. */
export type AskStore = (url: string, asking: Asking) => Promise<AskOutcome>;

/** How a store is asked: its URLs as they are, or signed for the method that asks. */
export function askerOf(
  store: PresignedStore,
  presigner: Presigner,
  options: AskOptions,
): AskStore {
  if (store.presign === undefined) return (url, asking) => ask(url, asking, options);
  return async (url, asking) => {
    const signed = await presigner.sign(store, url, asking === 'HEAD' ? 'HEAD' : 'GET');
    return signed === undefined
      ? { kind: 'failure', reason: 'connection', detail: 'there are no credentials to sign with' }
      : ask(signed, asking, options);
  };
}
