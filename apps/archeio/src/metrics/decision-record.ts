import type { AddressError } from '@archeio/client-address';
import type { Place } from '@archeio/clouds';
import type { DecisionSink } from '@archeio/request-handler';
import type { Backend, Decision, Route } from '@archeio/redirect';
import type { Log } from '../platform/log.ts';
import { FetchedBytes } from './fetched-bytes.ts';
import { type Totals, totalsOf } from './totals.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

/** The facts of a request that are counted. */
export interface CountedFacts {
  readonly route: { readonly kind: Route['kind'] };
  /** The client's place, an index into the record's places; −1 if its network is unknown. */
  readonly place: number;
}

/** The meaning of the numbers in decisions and facts under one configuration. */
export interface DecisionRecordDependencies {
  readonly metrics: WorkerMetrics;
  readonly log: Pick<Log, 'error'>;
  /** The policy's, by index. */
  readonly backends: readonly Pick<Backend, 'name' | 'price' | 'location'>[];
  readonly places: readonly Place[];
  /** The names of the stores with an inventory; none by default. */
  readonly inventoried?: ReadonlySet<string>;
}

const KIND_NUMBERS: Readonly<Record<Route['kind'], number>> = Object.freeze({
  method: 0,
  page: 1,
  health: 2,
  elsewhere: 3,
  base: 4,
  catalog: 5,
  invalid: 6,
  manifest: 7,
  tags: 8,
  referrers: 9,
  blob: 10,
  token: 11,
});
const KINDS = Object.keys(KIND_NUMBERS).length;
/** Rules have numbers up to 15, optionally followed by a letter. */
const RULES = 32;

/** The slots for decisions for one backend, or for none: by rule and kind, then by place. */
type Tally = (Map<number, number> | undefined)[];

/**
 * Counts decisions under one configuration in the counters of the process. Rule × kind × backend × place
 * are far more combinations than occur, so only those that have occurred have an entry, with the counter's slot. Counting
 * a known combination allocates nothing.
 */
export class DecisionRecord implements DecisionSink {
  readonly #dependencies: DecisionRecordDependencies;
  /** By backend + 1. */
  readonly #tallies: (Tally | undefined)[] = [];
  /** By backend: 1 if a decision has considered it. */
  readonly #considered: Uint8Array;
  readonly #fetched: FetchedBytes;
  /** By backend: slot of its inventory's counter; −1 if it has none. */
  readonly #ruledOut: readonly number[];

  constructor(dependencies: DecisionRecordDependencies) {
    const { backends, inventoried, metrics } = dependencies;
    this.#dependencies = dependencies;
    this.#tallies.length = backends.length + 1;
    this.#considered = new Uint8Array(backends.length);
    this.#fetched = new FetchedBytes(dependencies);
    this.#ruledOut = backends.map(({ name }) =>
      inventoried?.has(name) === true ? metrics.inventoryAbsent.slot([name]) : -1,
    );
  }

  decision(decision: Decision, facts: CountedFacts): void {
    const backend = decision.backend?.index ?? -1;
    const at = ruleNumber(decision.rule) * KINDS + KIND_NUMBERS[facts.route.kind];
    const { place } = facts;
    const tally = (this.#tallies[backend + 1] ??= makeTally());
    const slots = (tally[at] ??= new Map());
    let slot = slots.get(place);
    if (slot === undefined) {
      slot = this.#slot(decision, facts);
      slots.set(place, slot);
    }
    this.#dependencies.metrics.decisions.add(slot, 1);
  }

  fetched(
    { index }: Pick<Backend, 'index'>,
    { place }: Pick<CountedFacts, 'place'>,
    bytes: number,
    upstream?: Pick<Backend, 'index'>,
  ): void {
    this.#fetched.count(index, place, bytes, upstream?.index ?? -1);
  }

  considered({ index }: Pick<Backend, 'index'>, ruledOut: boolean): void {
    this.#considered[index] = 1;
    if (ruledOut) this.#dependencies.metrics.inventoryAbsent.add(this.#ruledOut[index], 1);
  }

  /** Numbers of the backends that decisions have considered since the last call. */
  takeConsidered(): number[] {
    const considered: number[] = [];
    for (let index = 0; index < this.#considered.length; index++)
      if (this.#considered[index] === 1) considered.push(index);
    this.#considered.fill(0);
    return considered;
  }

  clientAddressError(reason: AddressError): void {
    this.#dependencies.metrics.clientAddressError(reason);
  }

  /** Counts a request with a forwarding header that is ignored. */
  forwardedIgnored(): void {
    this.#dependencies.metrics.forwardedIgnored();
  }

  ownFailure(error: unknown): void {
    this.#dependencies.metrics.ownFailure();
    this.#dependencies.log.error('own-failure', {
      message: error instanceof Error ? error.message : String(error),
    });
  }

  /** All counts of the process since its start, under any configuration. */
  totals(): Totals {
    return totalsOf(this.#dependencies.metrics.snapshot(0));
  }

  #slot({ rule, backend }: Decision, { route, place }: CountedFacts): number {
    const { metrics, places } = this.#dependencies;
    const where: Place | undefined = places[place];
    return metrics.decisions.slot([
      rule,
      route.kind,
      backend?.name ?? '',
      where?.cloud ?? '',
      where?.region ?? '',
    ]);
  }
}

function makeTally(): Tally {
  return Array.from({ length: RULES * KINDS }, () => undefined);
}

/** A unique number for each rule: the one in its name, plus 16 if a letter follows (`R9a`). */
function ruleNumber(rule: string): number {
  const second = rule.charCodeAt(2) - 0x30;
  const isTwoDigits = second >= 0 && second <= 9;
  const first = rule.charCodeAt(1) - 0x30;
  const number = isTwoDigits ? 10 * first + second : first;
  return rule.length > (isTwoDigits ? 3 : 2) ? number + 16 : number;
}
