import { type Backend, hasUpstreamPrice } from '@archeio/redirect';
import { inTurns, type Turn } from '../../platform/in-turns.ts';
import { formatJson } from '../../platform/print.ts';
import { HISTORY_RANGES, type HistoryRange } from '../../ipc/history.ts';
import { EMPTY_SNAPSHOT, type MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';
import type { Changes } from './changes.ts';
import { HistoryRing, type NamedBackend, type RingHistory } from './history-ring.ts';
import { countsBetween } from './step-counts.ts';

/** Backends that become JSON in one piece of work. */
const BACKENDS_AT_ONCE = 20;

/** The last hour and the last day, from the sums over all workers. */
export class History {
  readonly changes: Changes;
  readonly #turn: Turn | undefined;
  readonly #rings = {
    hour: new HistoryRing(HISTORY_RANGES.hour),
    day: new HistoryRing(HISTORY_RANGES.day),
  } satisfies Record<HistoryRange, HistoryRing>;
  #served: readonly NamedBackend[] = [];
  /** By name; those of removed backends stay as long as their counts may increase. */
  #known: ReadonlyMap<string, NamedBackend> = new Map();
  #last: MetricsSnapshot = EMPTY_SNAPSHOT;
  #generation = 0;
  /** Number of changes until the newest step, and those since the step before. */
  #changesSeen = 0;
  #changesOfStep: Changes['all'] = [];
  /** By range: the answer, and what it was made of. */
  readonly #answers = new Map<
    HistoryRange,
    { readonly of: string; readonly text: Promise<string> }
  >();

  /** @param turn between pieces of work; the event loop's by default */
  constructor(changes: Changes, turn?: Turn) {
    this.changes = changes;
    this.#turn = turn;
  }

  /** Switches to the backends of another configuration. */
  serve(backends: readonly Pick<Backend, 'name' | 'kind' | 'price'>[]): void {
    this.#generation++;
    const before = this.#served;
    const isComparable = hasUpstreamPrice(backends);
    this.#served = backends.map(({ name, kind, price }) => ({
      name,
      kind,
      isCompared: isComparable && price !== undefined,
    }));
    // Requests in progress still count for the last configuration.
    this.#known = new Map([...before, ...this.#served].map((each) => [each.name, each]));
  }

  /**
   * Adds a step.
   *
   * @param counted the sum over all workers since the start
   * @param endMs its end, milliseconds since 1970, a multiple of a step of the hour
   * @param isWhole whether it began when the last one ended; if not, its counts are dropped
   */
  async take(counted: MetricsSnapshot, endMs: number, isWhole: boolean): Promise<void> {
    const before = this.#last;
    this.#last = counted;
    const counts = isWhole ? await inTurns(countsBetween(before, counted), this.#turn) : undefined;
    for (const ring of Object.values(this.#rings))
      ring.take(endMs, counts, (name) => this.#known.get(name));
    this.#changesOfStep = this.changes.since(this.#changesSeen);
    this.#changesSeen = this.changes.count;
  }

  /** A range as JSON. Requests for the same step share an answer. */
  text(range: HistoryRange): Promise<string> {
    const of = `${this.#rings[range].untilMs} ${this.changes.count} ${this.#generation}`;
    const known = this.#answers.get(range);
    if (known?.of === of) return known.text;
    const text = this.#text(this.#rings[range], undefined, this.changes.all);
    this.#answers.set(range, { of, text });
    return text;
  }

  /** The flows of a range as JSON. */
  async flows(range: HistoryRange): Promise<string> {
    const flows = await inTurns(this.#rings[range].flows(), this.#turn);
    return formatJson({ schema: 1, ...flows });
  }

  /** The newest step of the hour as JSON, with the changes since the step before. */
  newest(): Promise<string> {
    return this.#text(this.#rings.hour, 1, this.#changesOfStep);
  }

  async #text(
    ring: HistoryRing,
    most: number | undefined,
    changes: Changes['all'],
  ): Promise<string> {
    const { backends, ...rest } = await inTurns(ring.read(this.#served, most), this.#turn);
    const parts = await inTurns(inParts(backends), this.#turn);
    const all = formatJson({ schema: 1, ...rest, changes });
    return `${all.slice(0, -1)},"backends":[${parts.join()}]}`;
  }
}

function* inParts(backends: RingHistory['backends']): Generator<undefined, string[], undefined> {
  const parts: string[] = [];
  for (const backend of backends) {
    if (parts.length % BACKENDS_AT_ONCE === BACKENDS_AT_ONCE - 1) yield undefined;
    parts.push(JSON.stringify(backend));
  }
  return parts;
}
