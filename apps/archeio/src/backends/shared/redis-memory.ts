import type { Clock, Lease, Look, SharedMemory, SharedOutcome } from '@archeio/presence';
import type { SharedPresenceCounts } from '../../metrics/shared-presence-counts.ts';
import type { Log } from '../../platform/log.ts';
import type { RedisConnection } from './redis-connection.ts';
import { sharedPrefix } from './shared-key.ts';

/** Time limit of a round trip, as a share of the budget of a request: 50 ms by default. */
export const CALL_SHARE = 0.1;

/** Time for connecting and signing in, milliseconds. */
const CONNECT_WITHIN = 2000;

/** Number of failed calls in a row that end a connection. */
const MOST_FAILURES = 3;

/** Maximum number of calls in progress; beyond it, stores are asked as without Redis. */
const MOST_CALLS = 256;

/** Pauses before connecting again, in milliseconds: doubled each time, and short again after a connection that lasted. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
const LASTED = 10_000;

/** How long nothing is written after Redis refused a write (full, or a replica), in milliseconds. */
const UNWRITTEN_FOR = 5000;

/** A timer that fires this much too late shows that this process was frozen, milliseconds. */
const FROZEN = 25;

const TIMEOUT = Symbol('timeout');

/** A key that no store has: reading it proves that results can be read. */
const PROBE = sharedPrefix([]);

export interface RedisMemoryOptions {
  /** How long one request waits for all stores; milliseconds. */
  readonly budget: number;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly counts: SharedPresenceCounts;
  /** Connects; must reject when the signal aborts. */
  readonly connect: (signal: AbortSignal) => Promise<RedisConnection>;
  /** From 0 up to, but not including, 1; the runtime's by default. */
  readonly random?: () => number;
}

/**
 * Presence in a Redis. Every call has a short time limit; a Redis that does not answer, or answers with errors, is
 * disconnected, and costs nothing until it is connected again.
 */
export class RedisMemory implements SharedMemory {
  readonly #options: RedisMemoryOptions;
  readonly #random: () => number;
  readonly #limit: number;
  #connection: RedisConnection | undefined;
  #connectedAt = 0;
  #closed = false;
  /** Whether the log says that it is connected; undefined before the first attempt ended. */
  #told: boolean | undefined;
  #attempts = 0;
  #failures = 0;
  #calls = 0;
  /** Time until which nothing is written; undefined if writing works. */
  #unwrittenUntil: number | undefined;
  #cancel: () => void = () => undefined;
  #connecting = new AbortController();

  /** Begins to connect; until then, it is not available. */
  constructor(options: RedisMemoryOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#limit = options.budget * CALL_SHARE;
    options.counts.opened(this);
    void this.#connect();
  }

  get available(): boolean {
    return this.#connection !== undefined;
  }

  async look(keys: readonly Uint8Array[], lease?: Lease): Promise<Look | undefined> {
    const written = this.#mayWrite() ? lease : undefined;
    const look = await this.#call((connection) => connection.look(keys, written));
    if (look === undefined) return undefined;
    if (written !== undefined) this.#wrote(look.refused);
    return look;
  }

  put(key: Uint8Array, value: Uint8Array, milliseconds: number): void {
    void this.#write((connection) =>
      connection.put(key, value, Math.max(1, Math.floor(milliseconds))),
    );
  }

  remove(key: Uint8Array, value: Uint8Array): void {
    void this.#write((connection) => connection.remove(key, value));
  }

  checked(outcome: SharedOutcome): void {
    this.#options.counts.checked(outcome);
  }

  /** Disconnects for good. */
  close(): void {
    this.#closed = true;
    this.#options.counts.closed(this);
    this.#cancel();
    this.#connecting.abort();
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #write(send: (connection: RedisConnection) => Promise<string | undefined>): Promise<void> {
    if (!this.#mayWrite()) return;
    const answer = await this.#call(async (connection) => ({ refused: await send(connection) }));
    if (answer !== undefined) this.#wrote(answer.refused);
  }

  /** Undefined if there is no answer: not connected, too many calls, too late, or refused. */
  async #call<Answer>(
    send: (connection: RedisConnection) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const connection = this.#connection;
    if (connection === undefined) return undefined;
    const { clock, counts } = this.#options;
    if (this.#calls >= MOST_CALLS) {
      counts.failed('busy');
      return undefined;
    }
    const began = clock.now();
    this.#calls++;
    try {
      const answer = await this.#within(send(connection), this.#limit);
      if (answer === TIMEOUT) {
        counts.failed('timeout');
        const frozen = clock.now() - began > this.#limit + FROZEN;
        if (!frozen) this.#failed(connection, `no answer within ${this.#limit} ms`);
        return undefined;
      }
      counts.answered(clock.now() - began);
      if (connection === this.#connection) this.#failures = 0;
      return answer;
    } catch (error) {
      counts.failed('error');
      this.#failed(connection, messageOf(error));
      return undefined;
    } finally {
      this.#calls--;
    }
  }

  #within<Answer>(answer: Promise<Answer>, limit: number): Promise<Answer | typeof TIMEOUT> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(limit, () => resolve(TIMEOUT));
      answer.then(resolve, reject).finally(cancel);
    });
  }

  #failed(connection: RedisConnection, reason: string): void {
    if (connection === this.#connection && ++this.#failures >= MOST_FAILURES)
      this.#disconnected(connection, reason);
  }

  async #connect(): Promise<void> {
    const { clock, connect } = this.#options;
    this.#connecting = new AbortController();
    const { signal } = this.#connecting;
    const cancel = clock.after(CONNECT_WITHIN, () => this.#connecting.abort());
    let connection: RedisConnection | undefined;
    try {
      const opened = connect(signal);
      connection = await Promise.race([opened, aborted(signal)]).catch((error: unknown) => {
        void opened.then(
          (late) => late.close(),
          () => undefined,
        );
        throw error;
      });
      const proof = await this.#within(connection.look([PROBE]), this.#limit);
      if (proof === TIMEOUT) throw new Error(`no answer within ${this.#limit} ms`);
    } catch (error) {
      connection?.close();
      const why = signal.aborted ? `no connection within ${CONNECT_WITHIN} ms` : messageOf(error);
      this.#later(why);
      return;
    } finally {
      cancel();
    }
    if (this.#closed) {
      connection.close();
      return;
    }
    this.#connection = connection;
    this.#connectedAt = clock.now();
    this.#failures = 0;
    this.#tell(true);
    const current = connection;
    void connection.ended.then((reason) => this.#disconnected(current, reason));
  }

  #disconnected(connection: RedisConnection, reason: string): void {
    if (connection !== this.#connection) return;
    const { clock, counts } = this.#options;
    this.#connection = undefined;
    connection.close();
    counts.failed('disconnected');
    if (clock.now() - this.#connectedAt >= LASTED) this.#attempts = 0;
    this.#later(reason);
  }

  /** Connects again after a pause, which differs between instances. */
  #later(reason: string): void {
    if (this.#closed) return;
    this.#tell(false, reason);
    const longest = Math.min(FIRST_PAUSE * 2 ** this.#attempts++, LONGEST_PAUSE);
    const pause = longest * (0.5 + this.#random() / 2);
    this.#cancel = this.#options.clock.after(pause, () => void this.#connect());
  }

  #tell(connected: boolean, reason?: string): void {
    if (this.#told === connected) return;
    this.#told = connected;
    const { log } = this.#options;
    if (connected) log.info('shared-presence-connected');
    else log.warn('shared-presence-disconnected', { reason });
  }

  #mayWrite(): boolean {
    return this.#unwrittenUntil === undefined || this.#options.clock.now() >= this.#unwrittenUntil;
  }

  /** @param refused why Redis did not write; undefined if it did */
  #wrote(refused: string | undefined): void {
    const { clock, counts, log } = this.#options;
    if (refused !== undefined) {
      counts.failed('not-written');
      if (this.#unwrittenUntil === undefined)
        log.warn('shared-presence-not-written', { reason: refused });
      this.#unwrittenUntil = clock.now() + UNWRITTEN_FOR * (0.5 + this.#random() / 2);
    } else if (this.#unwrittenUntil !== undefined) {
      this.#unwrittenUntil = undefined;
      log.info('shared-presence-written');
    }
  }
}

/** Rejects when a signal aborts, since a client may fail to. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
