/** At most so many messages are sent that the other side has not read yet. */
export const UNREAD = 1024;

/** The other side says at the latest after so many messages what it has read. */
export const READ_AT_ONCE = 64;

/** At most so many messages wait that may be dropped. */
export const WAITING = 1024;

/**
 * What becomes of a message that cannot be sent at once: it is kept, or dropped for later ones, or replaced by a later
 * one with the same `latest`.
 */
export type Worth = 'keep' | 'drop' | { readonly latest: string };

/**
 * Messages to another process, in order. One that does not read must not fill our memory: a channel takes whatever is
 * sent, so what is sent is bounded by what the other side says it has read, and what waits is bounded by dropping the
 * oldest.
 */
export class Outbox<Message> {
  readonly #send: (message: Message) => void;
  readonly #worthOf: (message: Message) => Worth;
  /** In order; those to be replaced by their key. */
  readonly #waiting = new Map<string | number, Message>();
  /** The keys of those that may be dropped, oldest first. */
  readonly #droppable = new Set<number>();
  #sent = 0;
  #read = 0;
  #posted = 0;
  #dropped = 0;

  constructor(send: (message: Message) => void, worthOf: (message: Message) => Worth) {
    this.#send = send;
    this.#worthOf = worthOf;
  }

  /** How many have been dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many wait to be sent. */
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

  /** The other side has read so many of our messages since the start. */
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
    for (const oldest of this.#droppable) {
      this.#droppable.delete(oldest);
      this.#waiting.delete(oldest);
      this.#dropped++;
      return;
    }
  }
}
