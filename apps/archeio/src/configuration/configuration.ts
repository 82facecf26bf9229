import type { z } from 'zod';
import { configurationSchema } from './schema.ts';

type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** A whole configuration: checked, with defaults filled in, durations in milliseconds, frozen. */
export type Configuration = DeepReadonly<z.output<typeof configurationSchema>>;

/** What is written in a file, or made of one: the configuration before it is checked. */
export type ConfigurationSource = z.input<typeof configurationSchema>;

/** A configuration that cannot be used; each problem is one line that begins with its key. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}

function keyOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (key, step) =>
      typeof step === 'number'
        ? `${key}[${step}]`
        : key === ''
          ? String(step)
          : `${key}.${String(step)}`,
    '',
  );
}

function duplicates(kind: string, names: readonly string[]): string[] {
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${kind}: the name ${JSON.stringify(name)} stands there more than once`);
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether a URL leads to a host and port that a registry says it serves; without a port any port is meant. */
function isServed(url: URL, pattern: string): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const [, host = '', only] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  if (only !== undefined && only !== port) return false;
  return host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host;
}

/**
 * A backend on a host that we serve ourselves would send clients round in a circle. Where every host is served
 * (`*`), only our own port on this machine can be told.
 */
function loops({ registries, stores, listen }: Configuration): string[] {
  const patterns = registries.flatMap(({ hosts }) => hosts);
  return backendsOf({ registries, stores }).flatMap(({ name, url: text }) => {
    const url = new URL(text);
    const ours = LOOPBACK.test(url.hostname) && url.port === String(listen.port);
    return ours || patterns.some((pattern) => isServed(url, pattern))
      ? [`${name}: ${text} is on a host that is served here: a redirect there would come back`]
      : [];
  });
}

function backendsOf({ registries, stores }: Pick<Configuration, 'registries' | 'stores'>) {
  const signatures = registries.flatMap(({ signatures: each }) =>
    each === undefined ? [] : [{ name: 'signatures', url: each.url }],
  );
  return [...stores, ...registries.flatMap(({ upstreams }) => upstreams), ...signatures];
}

/**
 * Checks a configuration as a whole.
 *
 * @throws ConfigurationError with every problem at once
 */
export function parseConfiguration(source: unknown): Configuration {
  const parsed = configurationSchema.safeParse(source);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map(({ path, message }) => `${keyOf(path)}: ${message}`),
    );
  }
  const configuration: Configuration = deepFreeze(parsed.data);
  const names = backendsOf(configuration).map(({ name }) => name);
  const problems = [...duplicates('stores and upstreams', names), ...loops(configuration)];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return configuration;
}
