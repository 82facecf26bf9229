import type { Registry } from './compile-registries.ts';
import { mapInSteps, type Steps } from './steps.ts';

/** The registries for a host, or for all hosts of a pattern; see {@link PolicyOptions.servedHosts}. */
export interface ServedHostOptions {
  /** Indices of registries, in order. */
  readonly registries: readonly number[];
  /** Registries for one port, by the port's number, from 1; they precede the others. */
  readonly byPort?: ReadonlyMap<number, readonly number[]> | undefined;
  /** The next less specific served host, whose registries serve the remaining names; −1 if there is none. */
  readonly next?: number | undefined;
}

/** A compiled served host. */
export interface ServedHost {
  readonly registries: readonly Registry[];
  readonly byPort: ReadonlyMap<number, readonly Registry[]> | undefined;
  readonly next: number;
}

/** @throws RangeError if a served host names a registry that does not exist */
export function compileServedHosts(
  servedHosts: readonly ServedHostOptions[],
  registries: readonly Registry[],
): Steps<ServedHost[]> {
  const found = (numbers: readonly number[]): Registry[] =>
    numbers.map((number) => {
      const registry = registries.at(number);
      if (registry === undefined || number < 0)
        throw new RangeError(`cannot compile the policy: there is no registry ${number}`);
      return registry;
    });
  return mapInSteps(servedHosts, ({ registries: numbers, byPort, next = -1 }) => ({
    registries: found(numbers),
    byPort:
      byPort === undefined || byPort.size === 0
        ? undefined
        : new Map([...byPort].map(([port, each]) => [port, found(each)])),
    next,
  }));
}
