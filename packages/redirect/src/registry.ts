import type { Facts } from './facts.ts';
import type { Policy } from './policy.ts';
import type { Registry } from './compile-registries.ts';

/** The first registry of a list that serves the name. */
function firstOf(registries: readonly Registry[] | undefined, name: string): Registry | undefined {
  if (registries === undefined) return undefined;
  for (const each of registries)
    if (each.prefix === '' || name.startsWith(each.prefix)) return each;
  return undefined;
}

/** The first registry of a served host and those that follow it that serves the name. Allocates nothing. */
function servingOf(
  servedHost: number,
  { servedHosts }: Policy,
  name: string,
): Registry | undefined {
  const port = Math.floor(servedHost / servedHosts.length);
  for (let at = servedHost % servedHosts.length; at >= 0; at = servedHosts[at].next) {
    const { registries, byPort } = servedHosts[at];
    const found = (port > 0 && firstOf(byPort?.get(port), name)) || firstOf(registries, name);
    if (found) return found;
  }
  return undefined;
}

/** Of a served host and those that follow it, the registry with the longest upstream path that begins the name. */
function linked(servedHost: number, { servedHosts }: Policy, name: string): Registry | undefined {
  let best: Registry | undefined;
  let length = 0;
  const port = Math.floor(servedHost / servedHosts.length);
  for (let at = servedHost % servedHosts.length; at >= 0; at = servedHosts[at].next) {
    const { registries, byPort } = servedHosts[at];
    for (const registry of [...(byPort?.get(port) ?? []), ...registries]) {
      const path = pathOf(registry, name);
      if (path.length <= length) continue;
      best = registry;
      length = path.length;
    }
  }
  return best;
}

/**
 * The registry for a request: the first of the served host whose prefix begins the name; undefined if there is none.
 * A client that follows the `Link` of a list returns with the upstream's path and without Archeio's prefix: such a name,
 * with a query, belongs to the registry whose upstream has the path (R9).
 */
export function registryOf(
  { route, query, servedHost }: Facts,
  policy: Policy,
): Registry | undefined {
  if (servedHost < 0 || !('name' in route)) return undefined;
  const { name, kind } = route;
  const serving = servingOf(servedHost, policy, name);
  if (serving !== undefined && serving.prefix !== '') return serving;
  if (policy.hasPrefixes && query !== '' && (kind === 'tags' || kind === 'referrers'))
    return linked(servedHost, policy, name) ?? serving;
  return serving;
}

/** The longest path of the registry's upstreams that begins the name; empty if none. */
function pathOf({ paths }: Registry, name: string): string {
  for (const path of paths) if (name.startsWith(path)) return path;
  return '';
}

/** The name within the registry that {@link registryOf} found: without its prefix, or without a followed link's path. */
export function nameWithin(registry: Registry, name: string): string {
  const { prefix } = registry;
  if (prefix === '') return name;
  return name.slice((name.startsWith(prefix) ? prefix : pathOf(registry, name)).length);
}

/** The repository of a list request to a registry without a prefix: the name without a followed link's path. */
export function listedName(registry: Registry, name: string): string {
  return name.slice(pathOf(registry, name).length);
}
