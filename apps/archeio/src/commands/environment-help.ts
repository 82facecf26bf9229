/** Environment variables, as described in the --help of the commands that read them. */
const VARIABLES = Object.freeze({
  ARCHEIO_CONFIG: 'same as --config',
  ARCHEIO_CONFIG_DIRECTORY:
    'directory for the last good configuration from a URL (default: /var/lib/archeio/configuration)',
  PORT: 'port to listen on (default: 8080)',
  ADMIN_PORT: 'port of the admin listener (default: 9090)',
  UPSTREAM_REGISTRY_ENDPOINT:
    'registry that has the manifests, as https://host; replaces the upstreams of the configuration',
  UPSTREAM_REGISTRY_PATH: 'path of the repositories in it and in the signature upstream',
  SIGNATURE_UPSTREAM_ENDPOINT: 'separate registry for signatures and referrers',
  DEFAULT_AWS_BASE_URL: 'default store: for clients that have no nearer one',
  LOG_LEVEL: 'debug, info, warn or error (default: info)',
  AWS_ACCESS_KEY_ID:
    'with AWS_SECRET_ACCESS_KEY; any other credential source of the AWS SDK works as well',
  ARCHEIO_REDIS_PASSWORD_FILE:
    'file with the password of presence.shared.redis; read again for each connection',
  ARCHEIO_REDIS_PASSWORD: 'the password itself, without such a file',
  OTEL_TRACES_EXPORTER: 'otlp sends traces to an OpenTelemetry collector (default: none)',
  OTEL_TRACES_SAMPLER:
    'which requests are traced, such as parentbased_traceidratio (default: traces.sample of the configuration)',
  OTEL_TRACES_SAMPLER_ARG: 'share of them, from 0 to 1 (default: 1)',
  OTEL_METRICS_EXPORTER: 'otlp sends metrics to it (default: none)',
  OTEL_METRIC_EXPORT_INTERVAL: 'milliseconds between two exports of metrics (default: 60000)',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'URL of the collector (default: http://localhost:4318)',
  OTEL_EXPORTER_OTLP_HEADERS: 'header fields for it, as name=value,name=value',
  OTEL_SERVICE_NAME: 'name of the service in what is exported (default: archeio)',
  OTEL_RESOURCE_ATTRIBUTES: 'more attributes of the service, as key=value,key=value',
  OTEL_SDK_DISABLED: 'true exports nothing',
  DOCKER_CONFIG:
    'directory of the config.json with credentials for the source (default: ~/.docker)',
});

export type Variable = keyof typeof VARIABLES;

/** Select the configuration. */
const LOCATION = ['ARCHEIO_CONFIG', 'ARCHEIO_CONFIG_DIRECTORY'] as const;
/** Change how requests are answered. */
const BACKENDS = [
  'UPSTREAM_REGISTRY_ENDPOINT',
  'UPSTREAM_REGISTRY_PATH',
  'SIGNATURE_UPSTREAM_ENDPOINT',
  'DEFAULT_AWS_BASE_URL',
] as const;
const PORTS = ['PORT', 'ADMIN_PORT'] as const;
/** Sign in to Redis. */
const REDIS = ['ARCHEIO_REDIS_PASSWORD_FILE', 'ARCHEIO_REDIS_PASSWORD'] as const;
/** Export traces and metrics; docs/guides/traces.md has the rest of them. */
const TELEMETRY = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_METRICS_EXPORTER',
  'OTEL_METRIC_EXPORT_INTERVAL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_SDK_DISABLED',
] as const;

/** The variables that each command reads. */
export const READ_VARIABLES: Readonly<Record<string, readonly Variable[]>> = Object.freeze({
  serve: [
    ...LOCATION,
    ...PORTS,
    ...BACKENDS,
    'LOG_LEVEL',
    'AWS_ACCESS_KEY_ID',
    ...REDIS,
    ...TELEMETRY,
  ],
  explain: [...LOCATION, ...BACKENDS, 'AWS_ACCESS_KEY_ID'],
  hosts: [...LOCATION, ...BACKENDS, ...TELEMETRY],
  'config check': [...LOCATION, ...PORTS, ...BACKENDS, 'AWS_ACCESS_KEY_ID'],
  'config print': [...LOCATION, ...PORTS, ...BACKENDS],
  'ranges lookup': LOCATION,
  'ranges status': LOCATION,
  'ranges update': LOCATION,
  'mirror plan': [...LOCATION, 'AWS_ACCESS_KEY_ID', 'DOCKER_CONFIG'],
  'mirror sync': [...LOCATION, 'AWS_ACCESS_KEY_ID', 'DOCKER_CONFIG'],
  'mirror verify': [...LOCATION, 'AWS_ACCESS_KEY_ID', 'DOCKER_CONFIG'],
  'mirror gc': [...LOCATION, 'AWS_ACCESS_KEY_ID', 'DOCKER_CONFIG'],
  'mirror inventory': [...LOCATION, 'AWS_ACCESS_KEY_ID'],
});

/** The environment section of a command's help; empty if the command reads no variable. */
export function environmentHelp(command: string): string {
  const variables = READ_VARIABLES[command] ?? [];
  if (variables.length === 0) return '';
  const width = Math.max(...variables.map((name) => name.length));
  return [
    '\nEnvironment:',
    ...variables.map((name) => `  ${name.padEnd(width)}  ${VARIABLES[name]}`),
    '',
  ].join('\n');
}
