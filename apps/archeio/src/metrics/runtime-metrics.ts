import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * Metrics of the library that Archeio omits: gauges that are named like counters, which `promtool check metrics`
 * rejects, and a gauge per heap space, which is meaningless on Bun and of little use on Node.
 */
const LEFT_OUT = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
];

/** Milliseconds between two measurements of the event loop's delay; each wakes the process. */
const EVENT_LOOP_PRECISION = 50;

/** Metrics of this process and its runtime: CPU, memory, open files, event loop, garbage collection. */
export class RuntimeMetrics {
  readonly #registry = new Registry();

  /** Starts to observe the event loop and the garbage collector, until the process ends. */
  constructor() {
    collectDefaultMetrics({
      register: this.#registry,
      eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION,
    });
    for (const name of LEFT_OUT) this.#registry.removeSingleMetric(name);
  }

  /** The current values in the text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
