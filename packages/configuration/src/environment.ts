import { isName } from '@archeio/oci-distribution';
import { StatedError } from '@archeio/plain-errors';
import { DEFAULT_KEY } from './defaults.ts';
import type { Marks } from './marks.ts';
import type { Provenance } from './provenance.ts';
import { childOf, isRecord, type UncheckedRecord } from './record.ts';
import { parseBaseUrl, parseOrigin } from './url.ts';

/** Environment variables; an empty one counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable whose value cannot be used; the message names it. */
export class EnvironmentError extends StatedError {
  readonly variable: string;
  readonly problem: string;

  constructor(variable: string, problem: string) {
    super(`${variable}: ${problem}`);
    this.name = 'EnvironmentError';
    this.variable = variable;
    this.problem = problem;
  }
}

/**
 * Reads a port.
 *
 * @throws RangeError if it is not a port
 */
export function parsePort(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new RangeError(
      `cannot read port ${JSON.stringify(value)}: expected a number from 0 to 65535`,
    );
  }
  return Number(value);
}

/** What Kubernetes puts into `<SERVICE>_PORT` in each pod. */
const SERVICE_LINK = /^(?:tcp|udp|sctp):\/\//;

/** Reads a variable's port. If Kubernetes set it for a service, the error explains that, since the user did not write it. */
function portOf(variable: 'PORT' | 'ADMIN_PORT'): (value: string) => number {
  return (value) => {
    try {
      return parsePort(value);
    } catch (error) {
      if (!(error instanceof RangeError) || !SERVICE_LINK.test(value)) throw error;
      const service = variable === 'PORT' ? 'each service' : 'a service "admin"';
      throw new RangeError(
        `${error.message}; Kubernetes sets such a variable in every pod for ${service} in its namespace: set ${variable} to a number in the pod, or enableServiceLinks: false`,
      );
    }
  };
}

function parsePath(value: string): string {
  const path = value.replace(/^\/+|\/+$/g, '');
  if (!isName(path)) {
    throw new RangeError(
      `cannot read path ${JSON.stringify(value)}: expected the beginning of a repository name, such as "k8s-artifacts-prod/images"`,
    );
  }
  return path;
}

/** Values that override a file: flags take precedence over the environment. */
export interface Overrides {
  readonly environment: Environment;
  /** The value of `--port`. */
  readonly port?: string | undefined;
}

interface Override {
  readonly value: unknown;
  readonly from: Provenance;
}

/** @throws EnvironmentError if `parse` refuses the value */
function override(
  environment: Environment,
  variable: string,
  parse: (value: string) => unknown,
): Override | undefined {
  const text = environment[variable];
  if (text === undefined || text === '') return undefined;
  try {
    return { value: parse(text), from: { kind: 'environment', variable } };
  } catch (error) {
    throw new EnvironmentError(variable, error instanceof Error ? error.message : String(error));
  }
}

/** A copy of a map with a key set; any other value is returned unchanged, and the schema refuses it. */
function withKey(marks: Marks, map: unknown, key: string, { value, from }: Override): unknown {
  if (map !== undefined && !isRecord(map)) return map;
  return marks.with(map ?? {}, { [key]: value }, from);
}

function overlayRegistry(
  marks: Marks,
  registry: unknown,
  { endpoint, path, signatures }: Record<'endpoint' | 'path' | 'signatures', Override | undefined>,
): unknown {
  if (!isRecord(registry)) return registry;
  const { upstreams } = registry;
  const first: unknown = Array.isArray(upstreams) ? upstreams[0] : undefined;
  const firstPath = childOf(first, 'path');
  const withPath = (map: unknown): unknown => {
    if (path !== undefined) return withKey(marks, map, 'path', path);
    if (firstPath === undefined || !isRecord(map)) return map;
    return marks.with(map, { path: firstPath }, marks.at(first, ['path']) ?? { kind: 'default' });
  };
  const made = (keys: UncheckedRecord, { from }: Override): unknown =>
    withPath(marks.with({}, keys, from));
  let overlaid: UncheckedRecord = registry;
  if (endpoint !== undefined) {
    const upstream = made({ name: 'upstream', url: endpoint.value }, endpoint);
    overlaid = marks.with(overlaid, { upstreams: [upstream] }, endpoint.from);
  } else if (path !== undefined && Array.isArray(upstreams)) {
    const from = marks.at(registry, ['upstreams']) ?? path.from;
    overlaid = marks.with(overlaid, { upstreams: upstreams.map(withPath) }, from);
  }
  if (signatures !== undefined) {
    const signature = made({ url: signatures.value }, signatures);
    return marks.with(overlaid, { signatures: signature }, signatures.from);
  }
  return path !== undefined && isRecord(registry['signatures'])
    ? marks.with(overlaid, { signatures: withPath(registry['signatures']) }, path.from)
    : overlaid;
}

/** Refuses variables that configure "the" registry if there are several. */
function onlyRegistry(
  registries: unknown,
  variables: Readonly<Record<string, Override | undefined>>,
): void {
  const variable = Object.keys(variables).find((each) => variables[each] !== undefined);
  if (variable !== undefined && Array.isArray(registries) && registries.length > 1)
    throw new EnvironmentError(
      variable,
      `cannot choose between ${registries.length} registries: with more than one, set this in the configuration`,
    );
}

/**
 * Overrides a configuration by flags and by the environment variables of registry.k8s.io's redirector: `PORT`, `ADMIN_PORT`,
 * `UPSTREAM_REGISTRY_ENDPOINT`, `UPSTREAM_REGISTRY_PATH`, `SIGNATURE_UPSTREAM_ENDPOINT`, `DEFAULT_AWS_BASE_URL`.
 *
 * @throws EnvironmentError at the first variable that cannot be read
 */
export function overlay(
  source: unknown,
  { environment, port: flag }: Overrides,
  marks: Marks,
): unknown {
  const port: Override | undefined =
    flag === undefined
      ? override(environment, 'PORT', portOf('PORT'))
      : { value: parsePort(flag), from: { kind: 'flag', name: '--port' } };
  const adminPort = override(environment, 'ADMIN_PORT', portOf('ADMIN_PORT'));
  const endpoint = override(environment, 'UPSTREAM_REGISTRY_ENDPOINT', parseOrigin);
  const path = override(environment, 'UPSTREAM_REGISTRY_PATH', parsePath);
  const signatures = override(environment, 'SIGNATURE_UPSTREAM_ENDPOINT', parseOrigin);
  const store = override(environment, 'DEFAULT_AWS_BASE_URL', parseBaseUrl);
  if (!isRecord(source)) return source;

  let overlaid = source;
  const change = (key: string, value: unknown, from: Provenance): void => {
    if (value !== overlaid[key])
      overlaid = marks.with(overlaid, { [key]: value }, marks.at(source, [key]) ?? from);
  };
  if (port !== undefined)
    change('listen', withKey(marks, overlaid['listen'], 'port', port), port.from);
  if (adminPort !== undefined) {
    const admin = withKey(marks, childOf(overlaid['listen'], 'admin'), 'port', adminPort);
    const listen = withKey(marks, overlaid['listen'], 'admin', { ...adminPort, value: admin });
    change('listen', listen, adminPort.from);
  }
  const { registries } = source;
  onlyRegistry(registries, {
    UPSTREAM_REGISTRY_ENDPOINT: endpoint,
    UPSTREAM_REGISTRY_PATH: path,
    SIGNATURE_UPSTREAM_ENDPOINT: signatures,
  });
  const from = endpoint?.from ?? path?.from ?? signatures?.from;
  if (from !== undefined && Array.isArray(registries)) {
    const each = registries.map((registry: unknown) =>
      overlayRegistry(marks, registry, { endpoint, path, signatures }),
    );
    change('registries', each, from);
  }
  if (store !== undefined && (source['stores'] === undefined || Array.isArray(source['stores']))) {
    const stores: readonly unknown[] = source['stores'] ?? [];
    const made = { name: 'default', url: store.value, key: DEFAULT_KEY, default: true };
    const others = stores.filter((each) => childOf(each, 'default') !== true);
    change('stores', [...others, marks.with({}, made, store.from)], store.from);
  }
  return overlaid;
}
