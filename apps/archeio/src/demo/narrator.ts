import type { Tally } from './tally.ts';

/** After this many rows the table's header is repeated. */
const ROWS_PER_HEADER = 20;

const BEFORE = ['time', 'pulls'];
const AFTER = ['repeated', 'failed'];

/** Prints what happens, as lines with the time since the start of the traffic and as a table of counts. */
export class Narrator {
  readonly #write: (line: string) => void;
  readonly #columns: readonly string[];
  readonly #backends: readonly string[];
  readonly #startedAt = performance.now();
  #rows = 0;

  /** @param write prints a line */
  constructor(write: (line: string) => void, backends: readonly string[]) {
    this.#write = write;
    this.#backends = backends;
    this.#columns = [...BEFORE, ...backends, ...AFTER];
  }

  /** Since the start. */
  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** Something has happened. */
  tell(what: string): void {
    this.#write(`${this.#time()}  >> ${what}`);
  }

  /** A row of the table: the counts since the row before. */
  row(tally: Tally): void {
    if (this.#rows++ % ROWS_PER_HEADER === 0) this.#write(this.#line(this.#columns));
    const { pulls, repeated, failed, blobs } = tally.takeRow();
    const cells = [pulls, ...this.#backends.map((name) => blobs[name]), repeated, failed];
    this.#write(this.#line([this.#time().trim(), ...cells.map(String)]));
  }

  #line(cells: readonly string[]): string {
    return cells
      .map((cell, at) => cell.padStart(Math.max(6, this.#columns[at].length + (at === 0 ? 0 : 2))))
      .join('');
  }

  #time(): string {
    const whole = Math.floor(this.seconds);
    const text = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
    return text.padStart(6);
  }
}
