import type { ServerResponse } from 'node:http';
import type { Clock } from '@archeio/presence';

/** Maximum number of open streams. */
export const MOST_STREAMS = 100;

/** Milliseconds. */
const SECOND = 1000;
const HEARTBEAT_EVERY = 15_000;
/** Time without a status after which an unchanged one is sent; at most a tick more passes. */
const STATUS_AFTER = 9000;
/** Multiple of the time that a status takes until the next one is read: with many backends, it takes some. */
const STATUS_PAUSE = 50;
/** Time within which a client must have read everything. */
const PATIENCE = 10_000;

const RETRY = 'retry: 3000\n\n';
const HEARTBEAT = Buffer.from(':\n\n');

/** Values of the status that change by themselves. */
const AGES = /"(?:uptimeSeconds|ageSeconds)":\d+/g;

const HEADERS = [
  ['Content-Type', 'text/event-stream'],
  ['Cache-Control', 'no-store'],
  ['X-Content-Type-Options', 'nosniff'],
  // A stream is the last answer on its connection, which its end then closes.
  ['Connection', 'close'],
  // Some proxies would collect events otherwise.
  ['X-Accel-Buffering', 'no'],
] as const;

interface EventStreamsDependencies {
  readonly clock: Clock;
  /** The status as JSON. */
  readonly status: () => string;
  /** Maximum number of open streams. */
  readonly most: number;
}

interface Stream {
  readonly response: ServerResponse;
  /** Since when events wait for the client; undefined if it has read everything. */
  waitingSince: number | undefined;
}

function eventOf(name: string, data: string): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${data}\n\n`);
}

/**
 * The open streams of server-sent events. An event is encoded once for all of them. A stream whose client does not read is
 * ended, so at most three events wait for it.
 */
export class EventStreams {
  readonly #dependencies: EventStreamsDependencies;
  readonly #streams = new Set<Stream>();
  /** The last status that was read. */
  #status: { readonly at: number; readonly event: Buffer } = { at: -Infinity, event: HEARTBEAT };
  #sent = { at: -Infinity, what: '' };
  #nextStatus = 0;
  #nextHeartbeat = 0;
  #closed = false;
  #cancel: (() => void) | undefined;

  constructor(dependencies: EventStreamsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Number of open streams. */
  get open(): number {
    return this.#streams.size;
  }

  /** Begins an answer without end, or only its headers for HEAD. @returns false if there are too many */
  begin(response: ServerResponse, isHead: boolean): boolean {
    if (this.#closed || this.#streams.size >= this.#dependencies.most) return false;
    response.writeHead(200, HEADERS.flat());
    if (isHead) {
      response.end();
      return true;
    }
    const stream: Stream = { response, waitingSince: undefined };
    this.#streams.add(stream);
    response.on('drain', () => (stream.waitingSince = undefined));
    response.once('close', () => this.#left(stream));
    this.#write(stream, Buffer.concat([Buffer.from(RETRY), this.#recentStatus()]));
    if (this.#cancel === undefined) {
      this.#nextHeartbeat = this.#dependencies.clock.now() + HEARTBEAT_EVERY;
      this.#tickAgain();
    }
    return true;
  }

  /** Sends an event to all of them. */
  send(name: string, data: string): void {
    const event = eventOf(name, data);
    for (const stream of this.#streams) this.#write(stream, event);
  }

  /** Ends all streams; no other can begin. */
  close(): void {
    this.#closed = true;
    for (const { response } of this.#streams) response.end();
    this.#rest();
    if (this.#streams.size === 0) return;
    // A client that does not read must not delay the end.
    this.#cancel = this.#dependencies.clock.after(SECOND, () => {
      for (const { response } of this.#streams) response.destroy();
    });
  }

  #left(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this.#rest();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #tickAgain(): void {
    this.#cancel = this.#dependencies.clock.after(SECOND, () => {
      this.#tick(this.#dependencies.clock.now());
      if (this.#cancel !== undefined) this.#tickAgain();
    });
  }

  #tick(now: number): void {
    for (const { response, waitingSince = now } of this.#streams)
      if (now - waitingSince >= PATIENCE) response.destroy();
    if (now >= this.#nextHeartbeat) {
      this.#nextHeartbeat = now + HEARTBEAT_EVERY;
      for (const stream of this.#streams) this.#write(stream, HEARTBEAT);
    }
    if (now < this.#nextStatus) return;
    const status = this.#readStatus(now);
    const what = status.replaceAll(AGES, '');
    if (what === this.#sent.what && now - this.#sent.at < STATUS_AFTER) return;
    this.#sent = { at: now, what };
    for (const stream of this.#streams)
      if (stream.waitingSince === undefined) this.#write(stream, this.#status.event);
  }

  /** Many clients may come at once. */
  #recentStatus(): Buffer {
    const now = this.#dependencies.clock.now();
    if (now - this.#status.at >= SECOND) this.#readStatus(now);
    return this.#status.event;
  }

  #readStatus(now: number): string {
    const { clock } = this.#dependencies;
    const status = this.#dependencies.status();
    this.#status = { at: now, event: eventOf('status', status) };
    const took = clock.now() - now;
    this.#nextStatus = now + Math.min(STATUS_AFTER, took * STATUS_PAUSE);
    return status;
  }

  #write(stream: Stream, bytes: Buffer): void {
    if (stream.response.destroyed) return;
    if (!stream.response.write(bytes)) stream.waitingSince ??= this.#dependencies.clock.now();
  }
}
