/** How long answers are valid, in milliseconds. */
export interface Lifetimes {
  /** How long a `present` is fresh; it is stale until twice that age. */
  readonly presentFor: number;
  /** How long an `absent` is valid. */
  readonly absentFor: number;
  /** How long not to ask again after an `unknown`. */
  readonly unknownFor: number;
}

/** Memory counts time in ticks of this many milliseconds, so that 32 bits last for 13 years. */
export const MILLISECONDS_PER_TICK = 100;

/** One year: far beyond practical use, and far enough below 2^32 ticks that an expiry never overflows. */
const LONGEST = 365 * 24 * 60 * 60 * 1000;

/** {@link Lifetimes} in ticks, rounded up so that none is zero. */
export function lifetimesInTicks(lifetimes: Lifetimes): Lifetimes {
  return Object.freeze({
    presentFor: toTicks('presentFor', lifetimes.presentFor),
    absentFor: toTicks('absentFor', lifetimes.absentFor),
    unknownFor: toTicks('unknownFor', lifetimes.unknownFor),
  });
}

function toTicks(name: keyof Lifetimes, milliseconds: number): number {
  if (!(milliseconds > 0 && milliseconds <= LONGEST)) {
    throw new RangeError(
      `cannot use ${name} "${milliseconds}": must be above 0 and at most ${LONGEST} milliseconds`,
    );
  }
  return Math.ceil(milliseconds / MILLISECONDS_PER_TICK);
}
