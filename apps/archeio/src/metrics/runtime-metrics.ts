import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * What the library counts and we leave out: gauges that are named like counters, which `promtool check metrics`
 * objects to, and a gauge a heap space, which says nothing on Bun and little on Node.
 */
const LEFT_OUT = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
];

/** Milliseconds between two looks at the event loop's delay; each wakes the process. */
const EVENT_LOOP_PRECISION = 50;

/** Metrics of this process and its runtime: CPU, memory, open files, event loop, garbage collection. */
export class RuntimeMetrics {
  readonly #registry = new Registry();

  /** Begins to watch the event loop and the collector, until the process ends. */
  constructor() {
    collectDefaultMetrics({
      register: this.#registry,
      eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION,
    });
    for (const name of LEFT_OUT) this.#registry.removeSingleMetric(name);
  }

  /** As they are now, in the text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
