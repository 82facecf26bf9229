import { ManualClock } from '@archeio/presence/testing';
import { parseServed } from '../../../configuration/testing/parse-served.ts';
import { labelsOf } from '../../../metrics/metrics-snapshot.ts';
import { SOURCE } from '../../../worker/testing/assembled.ts';
import { readableLog } from '../../testing/supervisor-rig.ts';
import type { EventTarget } from '../event-target.ts';
import { EventWriter } from '../event-writer.ts';

/** A failure with a code of the operating system. */
export function failure(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'write' });
}

/** A target in memory that the test lets write, fail or wait. */
export class FakeTarget implements EventTarget {
  text = '';
  isClosed = false;
  /** Room in bytes; a write of more is partial, and one without room fails. */
  room = Infinity;
  fault: Error = failure('ENOSPC');
  /** Writes wait for it. */
  gate: Promise<void> | undefined;

  async write(bytes: Uint8Array): Promise<number> {
    if (this.isClosed) throw new Error('written to after it was closed');
    await this.gate;
    if (this.room <= 0) throw this.fault;
    const written = Math.min(bytes.length, this.room);
    this.room -= written;
    this.text += Buffer.from(bytes.subarray(0, written)).toString('latin1');
    return written;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.resolve();
  }
}

/** A writer over fake targets. */
export function writing(limit = 1000) {
  const clock = new ManualClock();
  const { log, lines } = readableLog();
  /** By name, in the order of opening. */
  const opened: [string, FakeTarget][] = [];
  const state: { opening: () => Promise<void> } = { opening: () => Promise.resolve() };
  const writer = new EventWriter({
    clock,
    log,
    limit,
    open: async (to) => {
      const target = new FakeTarget();
      await state.opening();
      opened.push([to, target]);
      return target;
    },
  });
  const use = (to: string | undefined): void =>
    writer.adopt({
      configuration: parseServed({ ...SOURCE, ...(to !== undefined && { events: { to } }) }),
    });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await clock.advance(0);
  };
  let sent = 0;
  const send = (events: number, dropped = 0): void => {
    const each = Array.from({ length: events }, () => `event ${sent++}\n`);
    writer.events({ lines: each.join(''), events, dropped });
  };
  const counts = (): Record<string, number> => {
    const { values } = writer.snapshot();
    return {
      ...Object.fromEntries(
        Object.entries(values.archeio_events_dropped_total ?? {})
          .map(([key, value]) => [labelsOf(key)[0], value] as const)
          .filter(([, value]) => value > 0),
      ),
      written: values.archeio_events_written_total?.['[]'] ?? -1,
    };
  };
  return { clock, log, lines, opened, state, writer, use, settle, send, counts };
}

/** The lines of the events with these numbers. */
export function eventLines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, at) => `event ${from + at}\n`).join('');
}
