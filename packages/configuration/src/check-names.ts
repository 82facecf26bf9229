import { error, type Finding } from './finding.ts';
import { formatKeyPath, type KeyPath } from './key-path.ts';
import { childOf } from './record.ts';
import type { ValidParts } from './valid-parts.ts';

interface Named {
  readonly name: string;
  readonly path: KeyPath;
}

function namesIn(list: unknown, path: KeyPath): Named[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown, index) => {
    const name = childOf(each, 'name');
    return typeof name === 'string' ? [{ name, path: [...path, index, 'name'] }] : [];
  });
}

function repeated(names: readonly Named[]): Finding[] {
  const first = new Map<string, KeyPath>();
  return names.flatMap(({ name, path }) => {
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, path);
      return [];
    }
    return [
      error(
        path,
        `duplicate name ${JSON.stringify(name)}: already used by ${formatKeyPath(before)}`,
      ),
    ];
  });
}

function backendNames(source: unknown): Named[] {
  const registries = childOf(source, 'registries');
  const upstreams = Array.isArray(registries)
    ? registries.flatMap((each: unknown, index) =>
        namesIn(childOf(each, 'upstreams'), ['registries', index, 'upstreams']),
      )
    : [];
  return [...upstreams, ...namesIn(childOf(source, 'stores'), ['stores'])];
}

/** Names used by two registries or by two backends (stores and upstreams together). */
export function repeatedNames(source: unknown): Finding[] {
  return [
    ...repeated(namesIn(childOf(source, 'registries'), ['registries'])),
    ...repeated(backendNames(source)),
  ];
}

/** Backends with a name that logs and metrics use for signature upstreams: `signatures` or `<registry>-signatures`. */
export function takenNames(source: unknown): Finding[] {
  const taken = new Set(['signatures']);
  for (const { name } of namesIn(childOf(source, 'registries'), ['registries']))
    taken.add(`${name}-signatures`);
  return backendNames(source).flatMap(({ name, path }) =>
    taken.has(name)
      ? [
          error(
            path,
            `the name ${JSON.stringify(name)} is reserved for a signature upstream in logs and metrics: choose another`,
          ),
        ]
      : [],
  );
}

/** Registries that match the same requests. */
export function sameRequests({ registries }: ValidParts): Finding[] {
  const first = new Map<string, number>();
  return registries.flatMap(({ index, value: { hosts, prefix } }) =>
    [...new Set(hosts)].flatMap((host) => {
      const before = first.get(`${host} ${prefix}`);
      if (before === undefined) {
        first.set(`${host} ${prefix}`, index);
        return [];
      }
      return [
        error(
          ['registries', index],
          `registries[${before}] already has host ${JSON.stringify(host)} with prefix ${JSON.stringify(prefix)}: change one of them`,
        ),
      ];
    }),
  );
}
