/** Maximum number of sent messages that the other side has not read. */
export const UNREAD = 1024;

/** The other side acknowledges at the latest after this number of messages. */
export const READ_AT_ONCE = 64;

/** Maximum number of waiting messages that may be dropped. */
export const WAITING = 1024;

/**
 * How to treat a message that cannot be sent at once: keep it, drop it in favour of later ones, or replace it by a later
 * one with the same `latest`.
 */
export type Worth = 'keep' | 'drop' | { readonly latest: string };

/**
 * Messages to another process, in order. A process that does not read must not fill this one's memory: a channel accepts everything
 * sent, so sending is bounded by the other side's acknowledgements, and waiting is bounded by dropping the
 * oldest.
 */
export class Outbox<Message> {
  readonly #send: (message: Message) => void;
  readonly #worthOf: (message: Message) => Worth;
  /** In order; replaceable ones by key. */
  readonly #waiting = new Map<string | number, Message>();
  /** Keys of droppable messages, oldest first. */
  readonly #droppable = new Set<number>();
  #sent = 0;
  #read = 0;
  #posted = 0;
  #dropped = 0;

  constructor(send: (message: Message) => void, worthOf: (message: Message) => Worth) {
    this.#send = send;
    this.#worthOf = worthOf;
  }

  /** Number of dropped messages. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Number of waiting messages. */
  get waiting(): number {
    return this.#waiting.size;
  }

  post(message: Message): void {
    if (this.#waiting.size === 0 && this.#hasRoom()) {
      this.#sendNow(message);
      return;
    }
    const worth = this.#worthOf(message);
    if (typeof worth === 'object') {
      this.#waiting.set(worth.latest, message);
      return;
    }
    const key = this.#posted++;
    this.#waiting.set(key, message);
    if (worth === 'drop') this.#makeRoomFor(key);
  }

  /** The other side has read this number of messages since the start. */
  read(count: number): void {
    this.#read = Math.max(this.#read, count);
    for (const [key, message] of this.#waiting) {
      if (!this.#hasRoom()) return;
      this.#waiting.delete(key);
      if (typeof key === 'number') this.#droppable.delete(key);
      this.#sendNow(message);
    }
  }

  #hasRoom(): boolean {
    return this.#sent - this.#read < UNREAD;
  }

  #sendNow(message: Message): void {
    this.#sent++;
    this.#send(message);
  }

  #makeRoomFor(key: number): void {
    this.#droppable.add(key);
    if (this.#droppable.size <= WAITING) return;
    const [oldest] = this.#droppable;
    this.#droppable.delete(oldest);
    this.#waiting.delete(oldest);
    this.#dropped++;
  }
}
