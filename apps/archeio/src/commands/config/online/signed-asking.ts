import type { PresignedStore, Presigner } from '../../../backends/signing/presigner.ts';
import { type Answer, ask, type AskFailure, type Asking, type AskOptions } from './ask.ts';

/** Requests a URL of a store, signed if the store has `presign`. Never rejects. */
export type AskStore = (url: string, asking: Asking) => Promise<Answer | AskFailure>;

/** Returns the function that sends requests to a store: unsigned, or signed for the method. */
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
