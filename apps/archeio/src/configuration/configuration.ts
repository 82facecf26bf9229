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

/** A backend on a host that we serve ourselves would send clients round in a circle. */
function loops({ registries, stores }: Configuration): string[] {
  const served = new Set(
    registries.flatMap(({ hosts }) => hosts).map((host) => host.toLowerCase()),
  );
  const backends = [...registries.flatMap(({ upstreams }) => upstreams), ...stores];
  return backends
    .filter(({ url }) => served.has(new URL(url).hostname) || served.has(new URL(url).host))
    .map(
      ({ name, url }) =>
        `${name}: ${url} is on a host that is served here: a redirect there would come back`,
    );
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
  const problems = [
    ...duplicates(
      'stores',
      configuration.stores.map(({ name }) => name),
    ),
    ...duplicates(
      'registries',
      configuration.registries.map(({ name }) => name),
    ),
    ...configuration.registries.flatMap(({ name, upstreams }) =>
      duplicates(
        `registries.${name}.upstreams`,
        upstreams.map((upstream) => upstream.name),
      ),
    ),
    ...loops(configuration),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return configuration;
}
