import type { ServerResponse } from 'node:http';
import { startStore } from '../parts/store-server.ts';

/** How long to wait for checks, in milliseconds. */
const PATIENCE = 20_000;

/** A store that answers a check when the test says so. */
export interface HeldStore extends AsyncDisposable {
  readonly url: string;
  /** Checks that it has got, in their order. */
  readonly held: readonly ServerResponse[];
  /** Resolves when it has got this many checks; rejects if they do not come. */
  got(checks: number): Promise<void>;
  /** Answers a check: the blob is there. */
  answer(check: number): void;
}

/** Starts a store that answers nothing by itself. */
export async function startHeldStore(): Promise<HeldStore> {
  const store = await startStore();
  const held: ServerResponse[] = [];
  let changed: () => void = () => undefined;
  store.behave((_request, response) => {
    held.push(response);
    changed();
  });
  return {
    url: store.url,
    held,
    async got(checks) {
      const end = AbortSignal.timeout(PATIENCE);
      while (held.length < checks)
        await new Promise<void>((resolve, reject) => {
          changed = resolve;
          const tooLate = () => reject(new Error(`got ${held.length} checks, not ${checks}`));
          end.addEventListener('abort', tooLate, { once: true });
        });
    },
    answer: (check) => void held[check].writeHead(200, { 'Content-Length': '4' }).end(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
