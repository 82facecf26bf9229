/** Work in pieces of a few milliseconds: its caller may do something else after each. It returns what it came to. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Entries of a list in one piece. */
const ENTRIES = 500;

/** Does all of it without a rest. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Does something with each entry of a list. */
export function* eachInSteps<T>(
  list: readonly T[],
  act: (entry: T, at: number) => void,
): Steps<void> {
  for (let at = 0; at < list.length; at++) {
    if (at > 0 && at % ENTRIES === 0) yield undefined;
    act(list[at], at);
  }
}

/** What `Array.prototype.map` does. */
export function* mapInSteps<T, U>(
  list: readonly T[],
  map: (entry: T, at: number) => U,
): Steps<U[]> {
  const mapped: U[] = [];
  yield* eachInSteps(list, (entry, at) => mapped.push(map(entry, at)));
  return mapped;
}
