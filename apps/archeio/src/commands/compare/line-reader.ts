/** Maximum length of a line, in bytes. An event has at most some kilobytes. */
export const LONGEST_LINE = 1024 * 1024;

/** Receives lines. */
export interface LineSink {
  /** @param isCut whether the input ends without a line break after it */
  line(text: string, number: number, isCut: boolean): void;
  /** A line longer than {@link LONGEST_LINE}. */
  longLine(number: number): void;
}

const LINE_FEED = 0x0a;

/** Divides chunks of bytes into lines of UTF-8, numbered from 1. Keeps at most one line in memory. */
export class LineReader {
  readonly #sink: LineSink;
  readonly #longest: number;
  /** The beginning of a line whose end has not arrived. */
  #parts: Buffer[] = [];
  #length = 0;
  #isLong = false;
  #number = 1;

  constructor(sink: LineSink, longest = LONGEST_LINE) {
    this.#sink = sink;
    this.#longest = longest;
  }

  get lines(): number {
    return this.#number - 1;
  }

  /** @param chunk may be overwritten once this returns */
  push(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      if (this.#length === 0 && !this.#isLong && end - start <= this.#longest)
        this.#sink.line(chunk.toString('utf8', start, end), this.#number, false);
      else {
        this.#keep(chunk.subarray(start, end));
        this.#flush(false);
      }
      this.#number++;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** Call it once, after the last chunk. */
  end(): void {
    if (this.#length === 0 && !this.#isLong) return;
    this.#flush(true);
    this.#number++;
  }

  #keep(part: Buffer): void {
    if (this.#isLong || part.length === 0) return;
    this.#length += part.length;
    this.#isLong = this.#length > this.#longest;
    if (this.#isLong) this.#parts = [];
    else this.#parts.push(Buffer.from(part));
  }

  #flush(isCut: boolean): void {
    if (this.#isLong) this.#sink.longLine(this.#number);
    else this.#sink.line(Buffer.concat(this.#parts).toString('utf8'), this.#number, isCut);
    this.#parts = [];
    this.#length = 0;
    this.#isLong = false;
  }
}
