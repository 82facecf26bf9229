/** For how long an answer is believed, in milliseconds. */
export interface Lifetimes {
  /** A present is fresh for so long, then stale until twice that age. */
  readonly presentFor: number;
  /** An absent is believed for so long. */
  readonly absentFor: number;
  /** An unknown is not asked again for so long. */
  readonly unknownFor: number;
}

/** Memory counts time in ticks of so many milliseconds, so that 32 bits last for 13 years. */
export const MILLISECONDS_PER_TICK = 100;

/** A year: far beyond use, and so far below 2^32 ticks that an expiry never overflows. */
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
