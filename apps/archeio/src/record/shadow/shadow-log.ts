import type { Clock } from '@archeio/presence';
import type { Log } from '../../platform/log.ts';
import type { Comparison, OwnAnswer, ReferenceAnswer } from './compare.ts';
import type { Question } from './question.ts';

/** Minimum intervals between lines of one event, in milliseconds. */
const DIFFERENCE_EVERY = 10_000;
const NOT_COMPARED_EVERY = 600_000;

/** Maximum length of a host or path in a line. */
const LONGEST = 512;

/** Lets a line pass at most once in an interval, and counts the others. */
class Interval {
  readonly #every: number;
  readonly #clock: Clock;
  #next = Number.NEGATIVE_INFINITY;
  #unlogged = 0;

  constructor(every: number, clock: Clock) {
    this.#every = every;
    this.#clock = clock;
  }

  /** Number of lines held back since the last one that passed; undefined if this one does not pass. */
  pass(): number | undefined {
    const now = this.#clock.now();
    if (now < this.#next) {
      this.#unlogged++;
      return undefined;
    }
    this.#next = now + this.#every;
    const unlogged = this.#unlogged;
    this.#unlogged = 0;
    return unlogged;
  }
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Logs differences, and that nothing is compared, in a few lines. No line has an address or a query. */
export class ShadowLog {
  readonly #log: Pick<Log, 'warn'>;
  readonly #url: string;
  readonly #differences: Interval;
  readonly #notCompared: Interval;

  constructor(url: string, log: Pick<Log, 'warn'>, clock: Clock) {
    this.#url = url;
    this.#log = log;
    this.#differences = new Interval(DIFFERENCE_EVERY, clock);
    this.#notCompared = new Interval(NOT_COMPARED_EVERY, clock);
  }

  difference(
    { method, host, path }: Question,
    { decision: { status, rule, backend, reason } }: OwnAnswer,
    reference: ReferenceAnswer,
    { agreement, rule: itsRule, target }: Comparison,
  ): void {
    const unlogged = this.#differences.pass();
    if (unlogged === undefined) return;
    this.#log.warn('shadow-difference', {
      outcome: agreement,
      method,
      host: shortened(host),
      path: shortened(path),
      here: { status, rule, backend: backend?.name, reason: reason.code },
      reference: {
        status: reference.status,
        rule: itsRule,
        target: target === undefined ? undefined : shortened(target),
      },
      unlogged,
    });
  }

  notCompared(outcome: string, problem: string): void {
    const unlogged = this.#notCompared.pass();
    if (unlogged === undefined) return;
    this.#log.warn('shadow-not-compared', { url: this.#url, outcome, problem, unlogged });
  }
}
