import type { Steps } from '@archeio/redirect';
import type { BackendHistory, Flows, History } from '../../ipc/history.ts';
import { FlowSteps } from './flow-steps.ts';
import { percentileOf } from './percentile.ts';
import { CHECK_BOUNDS, DECISION_BOUNDS, type FlowCounts, type StepCounts } from './step-counts.ts';

/** Maximum number of backends with traffic; more only count in the sums. */
export const MOST_BACKENDS = 2000;

/** Backends that are read in one piece of work. */
const BACKENDS_AT_ONCE = 20;

export type BackendKind = BackendHistory['kind'];

/** A backend by name and kind. */
export interface NamedBackend {
  readonly name: string;
  readonly kind: BackendKind;
  /** Whether its dollars can be compared with those of an upstream. */
  readonly isCompared: boolean;
}

/** What a ring knows of the history. */
export type RingHistory = Omit<History, 'schema' | 'changes'>;

/** The values of a backend. */
const NAMES = ['decisions', 'bytes', 'usd', 'upstreamUsd', 'unknownSizes'] as const;

type Columns = Readonly<Record<(typeof NAMES)[number], Float64Array>>;

const EMPTY = new Float64Array(0);
const NONE: Columns = Object.freeze({
  decisions: EMPTY,
  bytes: EMPTY,
  usd: EMPTY,
  upstreamUsd: EMPTY,
  unknownSizes: EMPTY,
});

interface Series extends Columns {
  backend: NamedBackend;
  /** Number of the last step with traffic. */
  last: number;
}

/** A number with at most six significant digits behind it, which is shorter as text. */
function short(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}

/**
 * Counts by steps of the same length in fixed memory. Steps are numbered from 1970; each has a slot in every array, and
 * there is one slot more, for the step that is not complete yet.
 */
export class HistoryRing {
  readonly stepMs: number;
  readonly #steps: number;
  readonly #slots: number;
  /** Number of the oldest step since the start. */
  #first = 0;
  /** Number of the step that counts are added to; −1 at the start. */
  #current = -1;
  /** Number of the newest complete step. */
  #newest = -1;
  readonly #known: Uint8Array;
  readonly #requests: Float64Array;
  readonly #errors: Float64Array;
  readonly #stores: Float64Array;
  readonly #upstreams: Float64Array;
  readonly #decisionSeconds: Float64Array;
  readonly #checkSeconds: Float64Array;
  readonly #backends = new Map<string, Series>();
  readonly #flows: FlowSteps;
  /** Of the current step. */
  readonly #flowsNow = new Map<string, FlowCounts>();

  constructor({ stepMs, steps }: { readonly stepMs: number; readonly steps: number }) {
    this.stepMs = stepMs;
    this.#steps = steps;
    this.#slots = steps + 1;
    const column = (width = 1): Float64Array => new Float64Array(width * this.#slots);
    this.#known = new Uint8Array(this.#slots);
    this.#requests = column();
    this.#errors = column();
    this.#stores = column();
    this.#upstreams = column();
    this.#decisionSeconds = column(DECISION_BOUNDS.length + 1);
    this.#checkSeconds = column(CHECK_BOUNDS.length + 1);
    this.#flows = new FlowSteps(this.#slots);
  }

  /** End of the newest complete step, milliseconds since 1970; 0 before the first one. */
  get untilMs(): number {
    return (this.#newest + 1) * this.stepMs;
  }

  /**
   * Adds what was counted until a time, which is at most one step after the last.
   *
   * @param endMs milliseconds since 1970
   * @param counts undefined if nothing is known
   */
  take(
    endMs: number,
    counts: StepCounts | undefined,
    backendOf: (name: string) => NamedBackend | undefined,
  ): void {
    const number = Math.ceil(endMs / this.stepMs) - 1;
    this.#moveTo(number);
    if (counts !== undefined) this.#add(counts, backendOf);
    const isComplete = endMs % this.stepMs === 0;
    this.#newest = isComplete ? number : number - 1;
    if (isComplete) this.#keepFlows();
  }

  /** The newest steps, in pieces. @param most maximum number of steps */
  *read(served: readonly NamedBackend[], most = this.#steps): Steps<RingHistory> {
    const { from, to, slots } = this.#newestSlots(most);
    const values = (of: (slot: number) => number | null): (number | null)[] =>
      slots.map((slot) => {
        const value = this.#known[slot] === 1 ? of(slot) : null;
        return value === null ? null : short(value);
      });
    const percentile = (all: Float64Array, bounds: readonly number[], share: number) =>
      values((slot) => percentileOf(row(all, bounds.length + 1, slot), bounds, share));
    const backends: BackendHistory[] = [];
    for (const { name, kind, isCompared } of this.#listed(served)) {
      if (backends.length % BACKENDS_AT_ONCE === BACKENDS_AT_ONCE - 1) yield undefined;
      const series = this.#backends.get(name);
      const columns: Columns =
        series !== undefined && series.last >= from && hasTraffic(series, slots) ? series : NONE;
      const of = (column: Float64Array) =>
        column.length === 0 ? [] : values((slot) => column[slot]);
      backends.push({
        name,
        kind,
        decisions: of(columns.decisions),
        bytes: of(columns.bytes),
        usd: of(columns.usd),
        upstreamUsd: isCompared ? of(columns.upstreamUsd) : null,
        unknownSizes: of(columns.unknownSizes),
      });
    }
    const checks = (slot: number): number =>
      row(this.#checkSeconds, CHECK_BOUNDS.length + 1, slot).reduce((sum, each) => sum + each, 0);
    return {
      stepMs: this.stepMs,
      untilMs: (to + 1) * this.stepMs,
      steps: slots.length,
      requests: values((slot) => this.#requests[slot]),
      errors: values((slot) => this.#errors[slot]),
      blobs: {
        stores: values((slot) => this.#stores[slot]),
        upstreams: values((slot) => this.#upstreams[slot]),
      },
      decisionSeconds: {
        p50: percentile(this.#decisionSeconds, DECISION_BOUNDS, 0.5),
        p99: percentile(this.#decisionSeconds, DECISION_BOUNDS, 0.99),
      },
      checks: {
        count: values(checks),
        p99Seconds: percentile(this.#checkSeconds, CHECK_BOUNDS, 0.99),
      },
      backends,
      flows: yield* this.#flows.sums(slots),
    };
  }

  /** The flows over all steps, in pieces. */
  *flows(): Steps<Omit<Flows, 'schema'>> {
    const { stepMs, untilMs } = this;
    const { slots } = this.#newestSlots(this.#steps);
    return { stepMs, untilMs, steps: slots.length, flows: yield* this.#flows.sums(slots) };
  }

  /** The slots of the newest steps, oldest first, and the numbers of the first and the last one. */
  #newestSlots(most: number): { from: number; to: number; slots: number[] } {
    const to = this.#newest;
    const from = Math.max(this.#first, to + 1 - Math.min(most, this.#steps));
    const slots: number[] = [];
    for (let number = from; number <= to; number++) slots.push(this.#slot(number));
    return { from, to, slots };
  }

  /** The backends that are served, then those that are remembered. */
  #listed(served: readonly NamedBackend[]): Iterable<NamedBackend> {
    const listed = new Map(served.map((each) => [each.name, each]));
    for (const [name, { backend }] of this.#backends)
      if (!listed.has(name)) listed.set(name, backend);
    return listed.values();
  }

  #slot(number: number): number {
    return number % this.#slots;
  }

  /** Makes a step the current one, and clears the slots that it and the steps in between take over. */
  #moveTo(number: number): void {
    const before = this.#current;
    this.#current = number;
    if (before === -1) this.#first = number;
    if (number === before && number > this.#newest) return;
    if (number > before) {
      if (before > this.#newest) this.#keepFlows(before);
      this.#clear(before + 1, number);
    } else {
      // The clock was set back.
      this.#flowsNow.clear();
      this.#clear(number, before);
      this.#first = Math.min(this.#first, number);
    }
    for (const [name, series] of this.#backends) {
      series.last = Math.min(series.last, number);
      if (series.last <= number - this.#slots) this.#backends.delete(name);
    }
  }

  #clear(from: number, to: number): void {
    for (let number = Math.max(from, to - this.#steps); number <= to; number++) {
      const slot = this.#slot(number);
      for (const column of [this.#requests, this.#errors, this.#stores, this.#upstreams])
        column[slot] = 0;
      this.#known[slot] = 0;
      row(this.#decisionSeconds, DECISION_BOUNDS.length + 1, slot).fill(0);
      row(this.#checkSeconds, CHECK_BOUNDS.length + 1, slot).fill(0);
      this.#flows.clear(slot);
      for (const series of this.#backends.values())
        for (const name of NAMES) series[name][slot] = 0;
    }
  }

  #add(counts: StepCounts, backendOf: (name: string) => NamedBackend | undefined): void {
    const slot = this.#slot(this.#current);
    this.#known[slot] = 1;
    this.#requests[slot] += counts.requests;
    this.#errors[slot] += counts.errors;
    addTo(row(this.#decisionSeconds, DECISION_BOUNDS.length + 1, slot), counts.decisionSeconds);
    addTo(row(this.#checkSeconds, CHECK_BOUNDS.length + 1, slot), counts.checkSeconds);
    for (const [name, counted] of counts.backends) {
      const backend = backendOf(name);
      if (backend === undefined) continue;
      (backend.kind === 'store' ? this.#stores : this.#upstreams)[slot] += counted.blobs;
      const series = this.#seriesOf(backend);
      if (series === undefined) continue;
      series.last = this.#current;
      for (const each of NAMES) series[each][slot] += counted[each];
    }
    for (const [key, flow] of counts.flows) {
      const sum = this.#flowsNow.get(key);
      if (sum === undefined) this.#flowsNow.set(key, { ...flow });
      else {
        sum.requests += flow.requests;
        sum.blobs += flow.blobs;
        sum.bytes += flow.bytes;
      }
    }
  }

  #seriesOf(backend: NamedBackend): Series | undefined {
    const known = this.#backends.get(backend.name);
    if (known !== undefined) {
      known.backend = backend;
      return known;
    }
    if (this.#backends.size >= MOST_BACKENDS) return undefined;
    const column = (): Float64Array => new Float64Array(this.#slots);
    const series: Series = {
      backend,
      decisions: column(),
      bytes: column(),
      usd: column(),
      upstreamUsd: column(),
      unknownSizes: column(),
      last: 0,
    };
    this.#backends.set(backend.name, series);
    return series;
  }

  /** Keeps the flows of a step, to which nothing more will be added. */
  #keepFlows(number = this.#current): void {
    this.#flows.set(this.#slot(number), this.#flowsNow.values());
    this.#flowsNow.clear();
  }
}

/** Whether anything was counted in these slots. */
function hasTraffic(columns: Columns, slots: readonly number[]): boolean {
  return NAMES.some((name) => slots.some((slot) => columns[name][slot] > 0));
}

/** The part of a column that belongs to a slot. */
function row(column: Float64Array, width: number, slot: number): Float64Array {
  return column.subarray(slot * width, (slot + 1) * width);
}

function addTo(sums: Float64Array, counts: readonly number[]): void {
  counts.forEach((count, at) => (sums[at] += count));
}
