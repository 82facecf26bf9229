import type { Random } from './random.ts';

/** Draws indices with given weights in constant time (Walker's alias method, as Vose built it). */
export class Weighted {
  readonly #keep: Float64Array;
  readonly #alias: Uint32Array;

  /** @throws RangeError if there is no positive weight */
  constructor(weights: ArrayLike<number>) {
    const count = weights.length;
    let sum = 0;
    for (let at = 0; at < count; at++) sum += weights[at];
    if (!(sum > 0)) throw new RangeError('cannot draw: no weight is above 0');
    this.#keep = new Float64Array(count).fill(1);
    this.#alias = Uint32Array.from({ length: count }, (_, at) => at);
    const scaled = Float64Array.from(weights, (weight) => (weight * count) / sum);
    const small: number[] = [];
    const large: number[] = [];
    for (let at = 0; at < count; at++) (scaled[at] < 1 ? small : large).push(at);
    while (small.length > 0 && large.length > 0) {
      const less = small.pop()!;
      const more = large.at(-1)!;
      this.#keep[less] = scaled[less];
      this.#alias[less] = more;
      scaled[more] -= 1 - scaled[less];
      if (scaled[more] < 1) small.push(large.pop()!);
    }
  }

  draw(random: Random): number {
    const at = random.below(this.#keep.length);
    return random.unit() < this.#keep[at] ? at : this.#alias[at];
  }
}

/** The weights of a Zipf distribution: rank k, counted from 1, weighs k to the power of minus the exponent. */
export function zipf(count: number, exponent: number): Float64Array {
  return Float64Array.from({ length: count }, (_, at) => (at + 1) ** -exponent);
}
