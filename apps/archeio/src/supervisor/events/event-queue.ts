import type { EventBatch } from '../../ipc/event-batch.ts';

/** Lines that wait to be written. */
export interface Waiting {
  readonly bytes: Uint8Array;
  readonly events: number;
}

/** Number of lines that end in these bytes. */
export function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines++;
  return lines;
}

/** Lines in order, up to a number of bytes. */
export class EventQueue {
  readonly #limit: number;
  #waiting: Waiting[] = [];
  /** Bytes of the first entry that are written. */
  #written = 0;
  #bytes = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Number of lines that are not completely written. */
  get events(): number {
    const [first] = this.#waiting;
    if (first === undefined) return 0;
    const done = this.#written === 0 ? 0 : linesIn(first.bytes.subarray(0, this.#written));
    return this.#waiting.reduce((sum, { events }) => sum + events, 0) - done;
  }

  /** Whether the lines fit. */
  add({ lines, events }: Pick<EventBatch, 'lines' | 'events'>): boolean {
    const bytes = Buffer.from(lines);
    if (this.#bytes + bytes.length > this.#limit) return false;
    this.#bytes += bytes.length;
    this.#waiting.push({ bytes, events });
    return true;
  }

  /** The bytes to write next; undefined if there are none. */
  next(): Uint8Array | undefined {
    return this.#waiting[0]?.bytes.subarray(this.#written);
  }

  /** Some of the bytes from {@link next} are written. Returns the number of lines that are complete with them. */
  written(bytes: number): number {
    const next = this.next();
    if (next === undefined) return 0;
    const lines = linesIn(next.subarray(0, bytes));
    this.#written += bytes;
    if (bytes === next.length) this.#shift();
    return lines;
  }

  /** Forgets the rest of a line of which a part is written. Returns whether there was one. */
  dropCutLine(): boolean {
    const [first] = this.#waiting;
    if (this.#written === 0 || first.bytes[this.#written - 1] === 0x0a) return false;
    const end = first.bytes.indexOf(0x0a, this.#written);
    this.#written = end + 1;
    if (this.#written === first.bytes.length) this.#shift();
    return true;
  }

  /** Removes the first entry and returns it, with the bytes that are not written. */
  take(): Waiting {
    const bytes = this.next() ?? new Uint8Array();
    this.#shift();
    return { bytes, events: linesIn(bytes) };
  }

  clear(): void {
    this.#waiting = [];
    this.#written = 0;
    this.#bytes = 0;
  }

  #shift(): void {
    const first = this.#waiting.shift();
    this.#written = 0;
    this.#bytes -= first?.bytes.length ?? 0;
  }
}
