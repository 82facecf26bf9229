/** Work in pieces of a few milliseconds, so that the caller can do something else after each. Returns the result. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Entries of a list in one piece. */
const ENTRIES = 500;

/** Runs all pieces without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** `Array.prototype.forEach` in pieces. */
export function* eachInSteps<T>(
  list: readonly T[],
  act: (entry: T, at: number) => void,
): Steps<void> {
  for (let at = 0; at < list.length; at++) {
    if (at > 0 && at % ENTRIES === 0) yield undefined;
    act(list[at], at);
  }
}

/** `Array.prototype.map` in pieces. */
export function* mapInSteps<T, U>(
  list: readonly T[],
  map: (entry: T, at: number) => U,
): Steps<U[]> {
  const mapped: U[] = [];
  yield* eachInSteps(list, (entry, at) => mapped.push(map(entry, at)));
  return mapped;
}
