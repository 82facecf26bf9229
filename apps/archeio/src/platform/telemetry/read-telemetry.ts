import type { Environment } from '@archeio/configuration';
import { OtelVariables, type Signal } from './otel-variables.ts';

/** Which requests without a trusted parent are traced, as a variable says. */
export interface Sampler {
  /** Share of requests, 0 to 1. */
  readonly sample: number;
  /** Whether the parent of a trusted peer decides instead. */
  readonly parentBased: boolean;
}

/** How spans are exported. */
export interface TracesSettings {
  /** Undefined if the configuration decides. */
  readonly sampler: Sampler | undefined;
  /** Most spans that wait for the exporter; further ones are dropped. */
  readonly queue: number;
  /** Most spans in one request to the collector. */
  readonly batch: number;
  /** Milliseconds between two such requests while few spans wait. */
  readonly delay: number;
  /** Milliseconds that one may take. */
  readonly timeout: number;
}

/** How metrics are exported; milliseconds. */
export interface MetricsSettings {
  readonly interval: number;
  readonly timeout: number;
}

/** What the variables of OpenTelemetry ask for. */
export interface Telemetry {
  /** Undefined if no spans are exported. */
  readonly traces: TracesSettings | undefined;
  /** Undefined if no metrics are exported. */
  readonly metrics: MetricsSettings | undefined;
  /** Attributes of everything that this process exports. */
  readonly resource: Readonly<Record<string, string>>;
}

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

function samplerOf(variables: OtelVariables): Sampler | undefined {
  const name = variables.choice('OTEL_TRACES_SAMPLER', SAMPLERS);
  if (name === undefined) return undefined;
  return {
    sample: name.endsWith('always_off')
      ? 0
      : name.endsWith('always_on')
        ? 1
        : variables.share('OTEL_TRACES_SAMPLER_ARG'),
    parentBased: name.startsWith('parentbased_'),
  };
}

function tracesOf(variables: OtelVariables): TracesSettings {
  const queue = variables.whole('OTEL_BSP_MAX_QUEUE_SIZE', 2048, 1_000_000);
  return {
    sampler: samplerOf(variables),
    queue,
    batch: Math.min(queue, variables.whole('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512, 1_000_000)),
    delay: variables.whole('OTEL_BSP_SCHEDULE_DELAY', 5000),
    timeout: variables.whole('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
  };
}

function metricsOf(variables: OtelVariables): MetricsSettings {
  const preference = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
  const temporality = variables.text(preference);
  if (temporality !== undefined && temporality.toLowerCase() !== 'cumulative')
    variables.ignore(
      preference,
      `cannot use ${JSON.stringify(temporality)}: metrics are exported as cumulative`,
    );
  const interval = variables.whole('OTEL_METRIC_EXPORT_INTERVAL', 60_000);
  return {
    interval,
    timeout: Math.min(interval, variables.whole('OTEL_METRIC_EXPORT_TIMEOUT', 30_000)),
  };
}

/** Whether a variable asks for the exporter of a signal. A list may name several. */
function isWanted(variables: OtelVariables, signal: Signal): boolean {
  const name = `OTEL_${signal}_EXPORTER`;
  const wanted = (variables.text(name) ?? '').split(',').map((each) => each.trim());
  for (const each of wanted)
    if (!['', 'none', 'otlp'].includes(each))
      variables.ignore(name, `cannot use ${JSON.stringify(each)}: expected otlp or none`);
  return wanted.includes('otlp');
}

/** Warns of an endpoint to which nothing is sent, since other programs send to it without further variables. */
function warnOfUnusedEndpoint(variables: OtelVariables): void {
  const name = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const isDecided = ['OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER'].some(
    (each) => variables.text(each) !== undefined,
  );
  if (variables.text(name) !== undefined && !isDecided)
    variables.ignore(
      name,
      'nothing is exported: set OTEL_TRACES_EXPORTER or OTEL_METRICS_EXPORTER to otlp',
    );
}

/**
 * Reads what the variables of OpenTelemetry ask for (docs/guides/traces.md).
 *
 * @throws EnvironmentError if an exporter is wanted and cannot work
 */
export function readTelemetry(environment: Environment): {
  readonly telemetry: Telemetry;
  /** One line for each value that is ignored. */
  readonly warnings: readonly string[];
} {
  const variables = new OtelVariables(environment);
  const isOn = !variables.flag('OTEL_SDK_DISABLED');
  if (isOn) warnOfUnusedEndpoint(variables);
  const [traces, metrics] = (['TRACES', 'METRICS'] as const).map(
    (signal) => isOn && isWanted(variables, signal),
  );
  if (traces) variables.checkExporter('TRACES');
  if (metrics) variables.checkExporter('METRICS');
  const serviceName = variables.text('OTEL_SERVICE_NAME');
  const telemetry: Telemetry = {
    traces: traces ? tracesOf(variables) : undefined,
    metrics: metrics ? metricsOf(variables) : undefined,
    resource:
      traces || metrics
        ? {
            ...variables.attributes('OTEL_RESOURCE_ATTRIBUTES'),
            ...(serviceName !== undefined && { 'service.name': serviceName }),
          }
        : {},
  };
  return { telemetry, warnings: [...new Set(variables.warnings)] };
}
