import { ManualClock } from '@archeio/presence/testing';
import { backendsOf } from '../../worker/compile-generation.ts';
import type { ConfigurationSource, ServedConfiguration } from '@archeio/configuration';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { createLog } from '../../platform/log.ts';
import { shippedRangesBytes } from '../../configuration/shipped.ts';
import { SOURCE } from '../../worker/testing/assembled.ts';
import { Supervisor } from '../supervisor.ts';
import { FakeWorker } from './fake-worker.ts';

export const RANGES = shippedRangesBytes();

/** A configuration with these stores. */
export function withStores(...names: readonly string[]): ServedConfiguration {
  const stores: ConfigurationSource['stores'] = names.map((name, index) => ({
    name,
    url: `https://${name}.example`,
    key: '{digest}',
    ...(index === 0
      ? { default: true }
      : { near: [{ cloud: 'AWS' as const, regions: ['eu-west-3'] }] }),
  }));
  return parseServed({ ...SOURCE, stores });
}

/** A log whose lines a test reads. */
export function readableLog() {
  const lines: Record<string, unknown>[] = [];
  const log = createLog(
    'debug',
    (line) => lines.push(JSON.parse(line)),
    () => 0,
  );
  return { log, lines, events: () => lines.map(({ event }) => event) };
}

/** A supervisor on a clock that a test moves. */
export function supervisorRig() {
  const clock = new ManualClock();
  const { log, lines, events } = readableLog();
  const doubted: number[] = [];
  const supervisor = new Supervisor({
    clock,
    log,
    backendsOf,
    onDoubt: (backend) => doubted.push(backend),
  });
  return {
    clock,
    log,
    lines,
    events,
    doubted,
    supervisor,
    apply: (...stores: readonly string[]) =>
      supervisor.apply({ configuration: withStores(...stores), ranges: RANGES }),
    join: async (worker = new FakeWorker()): Promise<FakeWorker> => {
      await supervisor.join(worker);
      return worker;
    },
  };
}
