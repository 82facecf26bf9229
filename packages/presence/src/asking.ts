import type { Begun, Waiter } from './checks.ts';
import type { Clock } from './clock.ts';
import type { Known, PresenceState } from './state.ts';

export interface AskingOptions {
  readonly clock: Clock;
  /** Time limit of the whole request; milliseconds. */
  readonly budget: number;
  /** After this time without an answer, the next space is asked too; milliseconds. */
  readonly hedge: number;
  /** Maximum number of spaces to check for one request. */
  readonly atMost: number;
  /** What memory knows about the key in a space. */
  readonly known: (space: number) => Known;
  /** Starts or joins the check of the key in a space. */
  readonly begin: (space: number, waiter: Waiter) => Begun;
}

/**
 * One request's walk over its spaces, in order. The first `present` ends it; a space without the key leads to the next
 * one at once, a silent space does after the hedge, and the budget ends the walk.
 */
export class Asking implements Waiter {
  readonly #spaces: readonly number[];
  readonly #options: AskingOptions;
  readonly #end = Promise.withResolvers<void>();
  #reached = 0;
  #checked = 0;
  #awaited = 0;
  #ended = false;
  #cancelBudget: () => void = nothing;
  #cancelHedge: () => void = nothing;

  constructor(spaces: readonly number[], options: AskingOptions) {
    this.#spaces = spaces;
    this.#options = options;
  }

  /** Starts the walk; resolves when it is over, and never rejects. */
  start(): Promise<void> {
    const { clock, budget } = this.#options;
    this.#cancelBudget = clock.after(budget, () => this.#finish());
    this.#walk();
    return this.#end.promise;
  }

  settle(state: PresenceState): void {
    if (this.#ended) return;
    this.#awaited--;
    if (state === 'present') this.#finish();
    else this.#walk();
  }

  /** Continues with the next space that is worth waiting for. */
  #walk(): void {
    const { clock, hedge } = this.#options;
    this.#cancelHedge();
    this.#cancelHedge = nothing;
    while (this.#reached < this.#spaces.length) {
      const outcome = this.#reach(this.#spaces[this.#reached++]);
      if (outcome === 'found') return this.#finish();
      if (outcome === 'waiting') {
        if (this.#reached < this.#spaces.length) {
          this.#cancelHedge = clock.after(hedge, () => this.#walk());
        }
        return;
      }
    }
    if (this.#awaited === 0) this.#finish();
  }

  #reach(space: number): 'found' | 'waiting' | 'next' {
    const known = this.#options.known(space);
    if (known === 'present' || known === 'stale') return 'found';
    if (known !== 'unasked' || this.#checked === this.#options.atMost) return 'next';
    const begun = this.#options.begin(space, this);
    if (begun === 'refused') return 'next';
    this.#checked++;
    if (begun === 'behind') return 'next';
    this.#awaited++;
    return 'waiting';
  }

  #finish(): void {
    this.#ended = true;
    this.#cancelBudget();
    this.#cancelHedge();
    this.#end.resolve();
  }
}

function nothing(): void {}
