import { test as declare } from 'node:test';
import type { StoreCheckerOptions } from '../create-store-checker.ts';
import type { BodyReader } from '@archeio/content-checks';
import { type FakeStore, httpStore, rawStore } from './fake-store.ts';

/** How a suite gets its checkers: of this process, or of one that runs on Bun. */
export type CreateChecker = (
  options: Omit<StoreCheckerOptions, 'clock' | 'lookup'> & {
    /** Of every name. */
    readonly addresses?: readonly string[];
  },
) => BodyReader;

/** Milliseconds; long, where a test is not about time, so that a slow machine fails nothing. */
export const PATIENCE = 30_000;
/** Milliseconds; short, where a store never answers. */
export const SHORT = 300;
/** Milliseconds; enough for a store to begin an answer that it does not end. */
export const BRIEF = 2000;

export const CLOSED = { kind: 'failure', reason: 'connection' };
export const TIMEOUT = { kind: 'failure', reason: 'timeout' };
export const FIVE_GIB = 5 * 2 ** 30;

/** The answer of a store that has a blob of so many bytes. */
export function found(size: number) {
  return { kind: 'status', status: 200, size };
}

/** A store that has every blob. */
export function blobs(size = 7): Promise<FakeStore> {
  return httpStore((_request, response) =>
    response.writeHead(200, { 'content-length': size }).end(),
  );
}

/** A store that never answers. */
export function hanging(): Promise<FakeStore> {
  return rawStore((socket) => socket.resume());
}

/** Asks again while this process, which other tests keep busy, was held up for so long that it says nothing. */
async function unlessHeldUp<Answer extends { readonly kind: string }>(
  ask: () => Promise<Answer>,
): Promise<Answer> {
  let answer = await ask();
  for (let again = 0; again < 5 && answer.kind === 'nothing'; again++) answer = await ask();
  return answer;
}

/** A checker that is closed when its test is over. */
export function checking(create: CreateChecker, timeout: number): BodyReader & Disposable {
  const checker = create({ timeout, userAgent: 'archeio/test' });
  return {
    check: (...request) => unlessHeldUp(() => checker.check(...request)),
    read: (...request) => unlessHeldUp(() => checker.read(...request)),
    close: () => checker.close(),
    [Symbol.dispose]: () => checker.close(),
  };
}

/** Declares a test; node:test runs and awaits it. */
export function test(name: string, body: () => Promise<void>): void {
  void declare(name, body);
}
