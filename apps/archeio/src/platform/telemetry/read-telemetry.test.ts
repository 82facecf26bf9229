import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentError } from '@archeio/configuration';
import { readTelemetry } from './read-telemetry.ts';

const TRACES = { OTEL_TRACES_EXPORTER: 'otlp' };
const METRICS = { OTEL_METRICS_EXPORTER: 'otlp' };
const OFF = { traces: undefined, metrics: undefined, resource: {} };

test('nothing is exported unless a variable asks for it', () => {
  for (const environment of [
    {},
    { OTEL_TRACES_EXPORTER: '', OTEL_METRICS_EXPORTER: 'none' },
    { OTEL_SERVICE_NAME: 'a', OTEL_RESOURCE_ATTRIBUTES: '=' },
    { ...TRACES, ...METRICS, OTEL_SDK_DISABLED: 'TRUE', OTEL_BSP_MAX_QUEUE_SIZE: 'many' },
    { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'not a URL' },
  ])
    assert.deepEqual(readTelemetry(environment), { telemetry: OFF, warnings: [] });
  assert.deepEqual(readTelemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }), {
    telemetry: OFF,
    warnings: [
      'OTEL_EXPORTER_OTLP_ENDPOINT: nothing is exported: set OTEL_TRACES_EXPORTER or OTEL_METRICS_EXPORTER to otlp',
    ],
  });
});

test('the defaults are those of the specification', () => {
  const { telemetry, warnings } = readTelemetry({ ...TRACES, ...METRICS });
  assert.deepEqual(warnings, []);
  assert.deepEqual(telemetry, {
    traces: { sampler: undefined, queue: 2048, batch: 512, delay: 5000, timeout: 30_000 },
    metrics: { interval: 60_000, timeout: 30_000 },
    resource: {},
  });
});

test('reads every variable, and spaces around values do not matter', () => {
  const { telemetry, warnings } = readTelemetry({
    OTEL_SDK_DISABLED: 'false',
    OTEL_TRACES_EXPORTER: ' otlp ',
    OTEL_METRICS_EXPORTER: 'none,otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:secret@collector.example/otlp/',
    OTEL_EXPORTER_OTLP_HEADERS: ' authorization = Basic%20YTpi , x-b=c%3Dd,',
    OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: import.meta.filename,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Cumulative',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '.25',
    OTEL_BSP_MAX_QUEUE_SIZE: '100',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '200',
    OTEL_BSP_SCHEDULE_DELAY: '10',
    OTEL_BSP_EXPORT_TIMEOUT: '20',
    OTEL_METRIC_EXPORT_INTERVAL: '3000',
    OTEL_METRIC_EXPORT_TIMEOUT: '4000',
    OTEL_SERVICE_NAME: 'front',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,a%2Cb = c%3Dd',
  });
  assert.deepEqual(warnings, []);
  assert.deepEqual(telemetry, {
    traces: {
      sampler: { sample: 0.25, parentBased: false },
      queue: 100,
      batch: 100,
      delay: 10,
      timeout: 20,
    },
    metrics: { interval: 3000, timeout: 3000 },
    resource: { 'service.name': 'front', 'a,b': 'c=d' },
  });
});

test('every sampler of the specification has its meaning', () => {
  const samplerOf = (name: string) =>
    readTelemetry({ ...TRACES, OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: '0.5' })
      .telemetry.traces?.sampler;
  assert.deepEqual(samplerOf('always_on'), { sample: 1, parentBased: false });
  assert.deepEqual(samplerOf('always_off'), { sample: 0, parentBased: false });
  assert.deepEqual(samplerOf('traceidratio'), { sample: 0.5, parentBased: false });
  assert.deepEqual(samplerOf('parentbased_always_on'), { sample: 1, parentBased: true });
  assert.deepEqual(samplerOf('parentbased_always_off'), { sample: 0, parentBased: true });
  assert.deepEqual(samplerOf('parentbased_traceidratio'), { sample: 0.5, parentBased: true });
});

test('a value that the specification tolerates is ignored with a warning, and its default applies', () => {
  for (const [environment, warning] of [
    [{ OTEL_SDK_DISABLED: 'yes' }, 'OTEL_SDK_DISABLED: cannot read "yes": expected true or false'],
    [
      { OTEL_TRACES_EXPORTER: 'otlp,zipkin' },
      'OTEL_TRACES_EXPORTER: cannot use "zipkin": expected otlp or none',
    ],
    [
      { OTEL_TRACES_SAMPLER: 'xray' },
      'OTEL_TRACES_SAMPLER: cannot use "xray": expected always_on or always_off or traceidratio or parentbased_always_on or parentbased_always_off or parentbased_traceidratio',
    ],
    [
      { OTEL_BSP_MAX_QUEUE_SIZE: '0' },
      'OTEL_BSP_MAX_QUEUE_SIZE: cannot use "0": expected a whole number from 1 to 1000000; 2048 applies',
    ],
    [
      { OTEL_BSP_SCHEDULE_DELAY: '1.5' },
      'OTEL_BSP_SCHEDULE_DELAY: cannot use "1.5": expected a whole number from 1 to 2147483647; 5000 applies',
    ],
    [
      { OTEL_BSP_EXPORT_TIMEOUT: '2147483648' },
      'OTEL_BSP_EXPORT_TIMEOUT: cannot use "2147483648": expected a whole number from 1 to 2147483647; 30000 applies',
    ],
    [
      { OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: 'soon' },
      'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: cannot use "soon": expected a whole number from 1 to 2147483647; 10000 applies',
    ],
    [
      { OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd' },
      'OTEL_EXPORTER_OTLP_COMPRESSION: cannot use "zstd": expected none or gzip',
    ],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL: cannot use "grpc": Archeio sends http/protobuf, to the collector\'s port for HTTP, usually 4318',
    ],
    [
      { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' },
      'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: cannot use "delta": metrics are exported as cumulative',
    ],
    ...['a', '=b', 'a=%', '%=a'].map(
      (text) =>
        [
          { OTEL_RESOURCE_ATTRIBUTES: `good=1,${text}` },
          'OTEL_RESOURCE_ATTRIBUTES: cannot read the attributes, so none of them apply: expected key=value,key=value, percent-encoded',
        ] as const,
    ),
  ] as const) {
    const read = readTelemetry({ ...TRACES, ...METRICS, ...environment });
    assert.deepEqual(read.warnings, [warning]);
    assert.deepEqual(read.telemetry, readTelemetry({ ...TRACES, ...METRICS }).telemetry);
  }
  for (const arg of ['-1', '2', 'half', '1e-1']) {
    const { telemetry, warnings } = readTelemetry({
      ...TRACES,
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: arg,
    });
    assert.equal(telemetry.traces?.sampler?.sample, 1);
    assert.deepEqual(warnings, [
      `OTEL_TRACES_SAMPLER_ARG: cannot use "${arg}": expected a number from 0 to 1; 1 applies`,
    ]);
  }
});

test('what makes every export fail is an error that repeats no secret', () => {
  for (const [variable, value, problem] of [
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'me:secret@collector:4317',
      'cannot read the URL: expected http or https, such as http://collector:4318',
    ],
    [
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      'grpc://me:secret@collector:4317',
      'cannot read the URL: expected http or https, such as http://collector:4318',
    ],
    ...['secret', 'a b=secret', 'a=secret%0A', 'a=secret%ff', 'a='].map(
      (text) =>
        [
          'OTEL_EXPORTER_OTLP_HEADERS',
          text,
          'cannot read the header fields: expected name=value,name=value, with percent-encoded values',
        ] as const,
    ),
    [
      'OTEL_EXPORTER_OTLP_CERTIFICATE',
      '/nowhere/ca.pem',
      'cannot read "/nowhere/ca.pem": there is no such file or directory (ENOENT)',
    ],
  ] as const)
    assert.throws(
      () => readTelemetry({ ...TRACES, [variable]: value }),
      (error) => error instanceof EnvironmentError && error.message === `${variable}: ${problem}`,
    );
});
