/**
 * Seeded random numbers (xoshiro128**). Each use has its own stream, so that a change of one part of the model leaves
 * the traffic as it was, and variants are compared on the same requests.
 *
 * Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators" (2021).
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number, stream: string) {
    let state = seed | 0;
    for (let at = 0; at < stream.length; at++)
      state = Math.imul(state ^ stream.charCodeAt(at), 0x01000193);
    const word = (): number => {
      state = (state + 0x9e3779b9) | 0;
      const once = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      const twice = Math.imul(once ^ (once >>> 15), 0x735a2d97);
      return twice ^ (twice >>> 15);
    };
    [this.#a, this.#b, this.#c, this.#d] = [word(), word(), word(), word() | 1];
  }

  /** From 0 up to, but not including, 1. */
  unit(): number {
    const five = Math.imul(this.#b, 5);
    const word = Math.imul((five << 7) | (five >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return (word >>> 0) / 2 ** 32;
  }

  /** An integer from 0 up to, but not including, a bound. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  between(least: number, most: number): number {
    return least + this.unit() * (most - least);
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.unit()) * mean;
  }
}
