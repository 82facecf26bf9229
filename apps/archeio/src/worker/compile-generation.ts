import type { CloudRanges } from '@archeio/clouds';
import type { ServedConfiguration } from '@archeio/configuration';
import { type Backend, compilePolicyInSteps, type Steps } from '@archeio/redirect';
import { compileDecisionTables, type DecisionTables } from '@archeio/request-handler';
import { decodedRanges } from '../configuration/decoded-ranges.ts';
import type { Generation } from '../ipc/ports.ts';

/** The immutable data that decides requests in one generation. */
export interface CompiledGeneration extends DecisionTables {
  readonly ranges: CloudRanges;
}

/** By configuration; a configuration is served with one snapshot of ranges at a time. */
const COMPILED = new WeakMap<ServedConfiguration, CompiledGeneration>();

/**
 * Compiles a configuration and ranges, once for the supervisor and the worker of a process.
 *
 * @throws RangeError if it cannot be served
 */
export function* compileGeneration(
  configuration: ServedConfiguration,
  ranges: CloudRanges,
): Steps<CompiledGeneration> {
  const before = COMPILED.get(configuration);
  if (before?.ranges === ranges) return before;
  const compiled = { ranges, ...(yield* compileDecisionTables(configuration, ranges)) };
  COMPILED.set(configuration, compiled);
  return compiled;
}

/**
 * The backends of a generation, as its policy numbers them, for a supervisor whose worker is in the same process.
 *
 * @throws SyntaxError, RangeError if it cannot be served
 */
export function* backendsServedHere({
  configuration,
  ranges,
}: Generation): Steps<readonly Backend[]> {
  return (yield* compileGeneration(configuration, decodedRanges(ranges))).policy.backends;
}

/**
 * The same for a supervisor whose workers compile the generation in their own processes: hosts and places do not
 * affect the numbers.
 *
 * @throws SyntaxError, RangeError if it cannot be served
 */
export function* backendsOf({ configuration, ranges }: Generation): Steps<readonly Backend[]> {
  decodedRanges(ranges);
  return (yield* compilePolicyInSteps({ ...configuration, servedHosts: [] }, [])).backends;
}
