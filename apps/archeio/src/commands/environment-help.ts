/** What the variables of the environment mean, as `--help` of the commands that read them says. */
const VARIABLES = Object.freeze({
  ARCHEIO_CONFIG: 'the configuration, as --config',
  ARCHEIO_CONFIG_DIRECTORY:
    'where the last good configuration of a URL is kept (/var/lib/archeio/configuration)',
  PORT: 'the port to listen on (8080)',
  ADMIN_PORT: "the admin listener's port (9090)",
  UPSTREAM_REGISTRY_ENDPOINT:
    "the registry that has the manifests, as https://host; replaces the configuration's",
  UPSTREAM_REGISTRY_PATH: "the path of the repositories in it; the signature upstream's as well",
  SIGNATURE_UPSTREAM_ENDPOINT: 'a registry of its own for signatures and referrers',
  DEFAULT_AWS_BASE_URL: 'the store for clients that have no nearer one',
  LOG_LEVEL: 'debug, info, warn or error (info)',
  AWS_ACCESS_KEY_ID:
    'with AWS_SECRET_ACCESS_KEY, or any other source of credentials of the AWS SDK',
  DOCKER_CONFIG: 'the directory of config.json with credentials for the source (~/.docker)',
});

export type Variable = keyof typeof VARIABLES;

/** Which configuration is read. */
const LOCATION = ['ARCHEIO_CONFIG', 'ARCHEIO_CONFIG_DIRECTORY'] as const;
/** What changes how requests are answered. */
const BACKENDS = [
  'UPSTREAM_REGISTRY_ENDPOINT',
  'UPSTREAM_REGISTRY_PATH',
  'SIGNATURE_UPSTREAM_ENDPOINT',
  'DEFAULT_AWS_BASE_URL',
] as const;
const PORTS = ['PORT', 'ADMIN_PORT'] as const;

/** Which variables do something, by the words of the command. */
export const READ_VARIABLES: Readonly<Record<string, readonly Variable[]>> = Object.freeze({
  serve: [...LOCATION, ...PORTS, ...BACKENDS, 'LOG_LEVEL', 'AWS_ACCESS_KEY_ID'],
  explain: [...LOCATION, ...BACKENDS, 'AWS_ACCESS_KEY_ID'],
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

/** The part of a command's help on the environment; empty where no variable does anything. */
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
