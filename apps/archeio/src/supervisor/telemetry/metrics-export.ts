import type { HrTime } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Clock } from '@archeio/presence';
import { otlpMetrics } from '../../metrics/otlp-metrics.ts';
import type { MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';
import type { Build } from '../../platform/build.ts';
import type { Log } from '../../platform/log.ts';
import { ExportLog } from '../../platform/telemetry/export-log.ts';
import type { MetricsSettings } from '../../platform/telemetry/read-telemetry.ts';
import { resourceOf } from '../../platform/telemetry/resource.ts';

/** Dependencies of a {@link MetricsExport}. */
export interface MetricsExportDependencies {
  readonly settings: MetricsSettings;
  /** Attributes of the resource that the environment sets. */
  readonly resource: Readonly<Record<string, string>>;
  readonly build: Build;
  /** The current counts and gauges of all processes. */
  readonly snapshot: () => Promise<MetricsSnapshot>;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Log;
}

function hrTime(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), Math.round((milliseconds % 1000) * 1e6)];
}

/**
 * Exports the metrics of all processes to a collector, at an interval and at the end. This module loads the SDK: import it only if
 * a variable asks for it.
 */
export class MetricsExport {
  readonly #provider: MeterProvider;
  readonly #exports: ExportLog;
  readonly #clock: Clock;

  constructor(dependencies: MetricsExportDependencies) {
    const { settings, build, snapshot, clock, wallClock, log } = dependencies;
    const resource = resourceOf(build, dependencies.resource);
    const exporter = new OTLPMetricExporter({ userAgent: `archeio/${build.version}` });
    this.#clock = clock;
    this.#exports = new ExportLog('metrics', log);
    this.#exports.watch(exporter);
    const startTime = hrTime(wallClock());
    const scope = { name: 'archeio', version: build.version };
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: settings.interval,
      exportTimeoutMillis: settings.timeout,
      metricProducers: [
        {
          collect: async () => {
            const metrics = otlpMetrics(await snapshot(), {
              startTime,
              endTime: hrTime(wallClock()),
            });
            return {
              resourceMetrics: { resource, scopeMetrics: [{ scope, metrics }] },
              errors: [],
            };
          },
        },
      ],
    });
    this.#provider = new MeterProvider({ resource, readers: [reader] });
  }

  /** Exports the last values. Waits at most `timeout` milliseconds, and not at all if the collector did not accept the previous ones. */
  async stop(timeout: number): Promise<void> {
    const stopped = this.#provider.shutdown().catch(() => undefined);
    if (this.#exports.fails) return;
    const late = Promise.withResolvers<void>();
    const cancel = this.#clock.after(timeout, late.resolve);
    await Promise.race([stopped, late.promise]);
    cancel();
  }
}
