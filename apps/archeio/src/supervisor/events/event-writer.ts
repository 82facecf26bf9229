import type { Clock } from '@archeio/presence';
import { errorCode } from '@archeio/plain-errors';
import type { EventBatch } from '../../ipc/event-batch.ts';
import { EMPTY_SNAPSHOT, type MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';
import type { Log } from '../../platform/log.ts';
import { EventCounts, type DropReason } from './event-counts.ts';
import { EventQueue, linesIn } from './event-queue.ts';
import { type EventTarget, openTarget, type OpenTarget } from './event-target.ts';
import { EventWarnings } from './event-warnings.ts';
import type { ServedGeneration, SupervisorService } from '../service.ts';

/** Bytes that may wait. */
const LIMIT = 4 * 1024 * 1024;

/** Milliseconds after which a failed write is tried again, and one that would have to wait for a named pipe's reader. */
const RETRY = { failed: 1000, busy: 50 } as const;

/** Dependencies of an {@link EventWriter}. */
export interface EventWriterDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly open?: OpenTarget;
  /** Bytes that may wait. */
  readonly limit?: number;
}

/** One opening of a target. It is over when another is to be used, or the server stops. */
interface Session {
  readonly to: string;
  target: EventTarget | undefined;
  isWriting: boolean;
  readonly over: PromiseWithResolvers<'over'>;
}

/**
 * Writes events in order, one write at a time. What cannot be written waits, up to a number of bytes; then new events
 * are dropped and counted.
 */
export class EventWriter implements SupervisorService {
  readonly #counts = new EventCounts();
  readonly #clock: Clock;
  readonly #open: OpenTarget;
  readonly #queue: EventQueue;
  readonly #warnings: EventWarnings;
  #session: Session | undefined;
  /** Whether the configuration has no events: the target is closed once nothing waits. */
  #isOff = true;
  #isFailing = false;
  #isStopped = false;
  /** Resolves when nothing waits; undefined while nothing does. */
  #draining: Promise<void> | undefined;

  constructor({ clock, log, open = openTarget, limit = LIMIT }: EventWriterDependencies) {
    this.#clock = clock;
    this.#open = open;
    this.#queue = new EventQueue(limit);
    this.#warnings = new EventWarnings(clock, log);
  }

  /** The counts since the start; none if the configuration has never had events. */
  snapshot(): MetricsSnapshot {
    return this.#session === undefined ? EMPTY_SNAPSHOT : this.#counts.snapshot();
  }

  adopt({ configuration }: Pick<ServedGeneration, 'configuration'>): void {
    const to = configuration.events?.to;
    this.#isOff = to === undefined;
    if (to !== undefined && to !== this.#session?.to) this.#begin(to);
    else this.#closeIfUnused();
  }

  /** Opens the file anew, because it may have been renamed. */
  reopen(): void {
    if (this.#session !== undefined && !this.#isOff) this.#begin(this.#session.to);
  }

  /** Never waits. */
  events(batch: EventBatch): void {
    this.#drop('worker-queue', batch.dropped);
    if (batch.events === 0) return;
    if (this.#isStopped) this.#drop('stop', batch.events);
    else if (!this.#queue.add(batch))
      this.#drop(this.#isFailing ? 'write-failed' : 'slow-reader', batch.events);
    else this.#draining ??= this.#drain();
  }

  /** Writes what waits, for at most `timeout` milliseconds. Later events are dropped. */
  async stop(timeout: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const patience = this.#isFailing ? Math.min(timeout, RETRY.failed) : timeout;
    const cancel = this.#clock.after(patience, late.resolve);
    await Promise.race([this.#draining, late.promise]);
    cancel();
    this.#isStopped = true;
    this.#drop('stop', this.#queue.events);
    this.#queue.clear();
    this.#session?.over.resolve('over');
    this.#warnings.close();
  }

  close(): void {
    this.#warnings.close();
  }

  async #drain(): Promise<void> {
    for (let session = this.#next(); session !== undefined; session = this.#next()) {
      try {
        await this.#write(session);
      } catch (error) {
        await this.#pauseAfter(error, session);
      }
    }
    this.#draining = undefined;
    this.#closeIfUnused();
  }

  /** The session, if there is something to write or the target is still to be opened. */
  #next(): Session | undefined {
    const session = this.#session;
    if (this.#isStopped || session === undefined) return undefined;
    const isMissing = session.target === undefined && !this.#isOff;
    return isMissing || !this.#queue.isEmpty ? session : undefined;
  }

  async #write(session: Session): Promise<void> {
    const target = await this.#targetOf(session);
    const next = this.#queue.next();
    if (target === undefined || session !== this.#session) return;
    if (next === undefined) {
      this.#works(session);
      return;
    }
    session.isWriting = true;
    const writing = target.write(next);
    try {
      const written = await Promise.race([writing, session.over.promise]);
      if (written === 'over') {
        this.#leave(writing, target);
        return;
      }
      this.#counts.written += this.#queue.written(written);
    } catch (error) {
      this.#written(session);
      throw error;
    }
    this.#written(session);
    this.#works(session);
  }

  #works({ to }: Session): void {
    this.#isFailing = false;
    this.#warnings.works(to);
  }

  /** A write has ended: if the session is over, so is the use of its target. */
  #written(session: Session): void {
    session.isWriting = false;
    if (session !== this.#session) this.#end(session);
  }

  /** Undefined if the session ends meanwhile. */
  async #targetOf(session: Session): Promise<EventTarget | undefined> {
    if (session.target !== undefined) return session.target;
    const opening = this.#open(session.to);
    const target = await Promise.race([opening, session.over.promise]);
    if (target === 'over' || session !== this.#session) {
      void opening.then(closeQuietly, () => undefined);
      return undefined;
    }
    session.target = target;
    return target;
  }

  /** The session is over during a write: only the result of that write is counted. */
  #leave(writing: Promise<number>, target: EventTarget): void {
    const { bytes, events } = this.#queue.take();
    const settle = async (written: number): Promise<void> => {
      const lines = linesIn(bytes.subarray(0, written));
      this.#counts.written += lines;
      this.#drop('write-failed', events - lines);
      await closeQuietly(target);
    };
    void writing.then(settle, () => settle(0));
  }

  async #pauseAfter(error: unknown, session: Session): Promise<void> {
    const isBusy = errorCode(error) === 'EAGAIN';
    if (!isBusy) {
      this.#isFailing = true;
      this.#warnings.failed(session.to, error);
    }
    const again = Promise.withResolvers<void>();
    const cancel = this.#clock.after(isBusy ? RETRY.busy : RETRY.failed, again.resolve);
    await Promise.race([again.promise, session.over.promise]);
    cancel();
  }

  #begin(to: string): void {
    const before = this.#session;
    const over = Promise.withResolvers<'over'>();
    this.#session = { to, target: undefined, isWriting: false, over };
    this.#isFailing = false;
    before?.over.resolve('over');
    if (before?.isWriting === false) this.#end(before);
    this.#draining ??= this.#drain();
  }

  /** Closes the target of a session that is over, and forgets the rest of a line whose beginning is in it. */
  #end({ target }: Session): void {
    void closeQuietly(target);
    if (this.#queue.dropCutLine()) this.#drop('write-failed', 1);
  }

  #closeIfUnused(): void {
    if (!this.#isOff || this.#draining !== undefined || this.#session === undefined) return;
    void closeQuietly(this.#session.target);
    this.#session.target = undefined;
  }

  #drop(reason: DropReason, events: number): void {
    if (events === 0) return;
    this.#counts.drop(reason, events);
    this.#warnings.dropped(reason, events);
  }
}

async function closeQuietly(target: EventTarget | undefined): Promise<void> {
  try {
    await target?.close();
  } catch {
    // What was written is in the file; there is nothing else to do.
  }
}
