import type { EventSource } from './event-source.ts';
import { LineReader, type LineSink, LONGEST_LINE } from './line-reader.ts';
import { readRecorded } from './read-recorded.ts';
import type { Recorded } from './recorded.ts';

/** Lines by what they are. */
export interface RecordCounts {
  readonly events: number;
  readonly summaries: number;
  /** Other lines of the log, and empty ones. */
  readonly skipped: number;
  readonly bad: number;
}

/** Receives what is in a file of events. */
export interface RecordedSink {
  recorded(recorded: Recorded): void;
  /** @param line from 1 */
  problem(line: number, message: string): void;
}

/** Reads events and summaries, line by line. */
export class EventReader implements LineSink {
  readonly #sink: RecordedSink;
  readonly #counts = { events: 0, summaries: 0, skipped: 0, bad: 0 };
  readonly #lines = new LineReader(this);
  #bytes = 0;

  constructor(sink: RecordedSink) {
    this.#sink = sink;
  }

  get counts(): RecordCounts {
    return this.#counts;
  }

  /** Bytes that have been read. */
  get bytes(): number {
    return this.#bytes;
  }

  get lines(): number {
    return this.#lines.lines;
  }

  /** @throws ArcheioError if the source cannot be read to its end */
  async read({ chunks }: EventSource): Promise<void> {
    for await (const chunk of chunks) {
      this.#lines.push(chunk);
      this.#bytes += chunk.length;
    }
    this.#lines.end();
  }

  line(text: string, number: number, isCut: boolean): void {
    const recorded = readRecorded(text, isCut);
    if (recorded === undefined) this.#counts.skipped++;
    else if (typeof recorded === 'string') this.#bad(number, recorded);
    else {
      if (recorded.from === 'event') this.#counts.events++;
      else this.#counts.summaries++;
      this.#sink.recorded(recorded);
    }
  }

  longLine(number: number): void {
    this.#bad(number, `longer than ${LONGEST_LINE} bytes: an event is shorter`);
  }

  #bad(number: number, message: string): void {
    this.#counts.bad++;
    this.#sink.problem(number, message);
  }
}
