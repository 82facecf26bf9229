import { error, type Finding } from './finding.ts';
import { formatKeyPath, type KeyPath } from './key-path.ts';
import { childOf, listAt } from './record.ts';
import type { ValidParts } from './valid-parts.ts';

interface Named {
  readonly name: string;
  readonly path: KeyPath;
}

function namesIn(list: readonly unknown[], path: KeyPath): Named[] {
  return list.flatMap((each, index) => {
    const name = childOf(each, 'name');
    return typeof name === 'string' ? [{ name, path: [...path, index, 'name'] }] : [];
  });
}

function* repeated(names: readonly Named[]): Generator<Finding> {
  const first = new Map<string, KeyPath>();
  for (const { name, path } of names) {
    const before = first.get(name);
    if (before === undefined) first.set(name, path);
    else
      yield error(
        path,
        `duplicate name ${JSON.stringify(name)}: already used by ${formatKeyPath(before)}`,
      );
  }
}

function registryNames(source: unknown): Named[] {
  return namesIn(listAt(source, 'registries'), ['registries']);
}

function backendNames(source: unknown): Named[] {
  const upstreams = listAt(source, 'registries').flatMap((each, index) =>
    namesIn(listAt(each, 'upstreams'), ['registries', index, 'upstreams']),
  );
  return [...upstreams, ...namesIn(listAt(source, 'stores'), ['stores'])];
}

/** Names used by two registries or by two backends (stores and upstreams together). */
export function* repeatedNames(source: unknown): Generator<Finding> {
  yield* repeated(registryNames(source));
  yield* repeated(backendNames(source));
}

/** Backends with a name that logs and metrics use for signature upstreams: `signatures` or `<registry>-signatures`. */
export function takenNames(source: unknown): Finding[] {
  const taken = new Set(['signatures']);
  for (const { name } of registryNames(source)) taken.add(`${name}-signatures`);
  return backendNames(source)
    .filter(({ name }) => taken.has(name))
    .map(({ name, path }) =>
      error(
        path,
        `the name ${JSON.stringify(name)} is reserved for a signature upstream in logs and metrics: choose another`,
      ),
    );
}

/** Registries that match the same requests. */
export function* sameRequests({ registries }: ValidParts): Generator<Finding> {
  const first = new Map<string, number>();
  for (const { index, value } of registries)
    for (const host of new Set(value.hosts)) {
      const { prefix } = value;
      const before = first.get(`${host} ${prefix}`);
      if (before === undefined) first.set(`${host} ${prefix}`, index);
      else
        yield error(
          ['registries', index],
          `registries[${before}] already has host ${JSON.stringify(host)} with prefix ${JSON.stringify(prefix)}: change one of them`,
        );
    }
}
