import assert from 'node:assert/strict';
import type { Passed } from '../parts/balancer.ts';

/** The most that a request waits for stores, and what everything else may add to it, in milliseconds. */
export const BUDGET = 500;
const MARGIN = 50;

/**
 * No request waited longer than the budget and a little. Time that archeio or the balancer were ready to run and had
 * no core is the machine's, and taken off.
 *
 * @throws AssertionError that names the first one that did
 */
export function assertWaits(passed: readonly Passed[]): void {
  for (const { method, target, waited, withoutCore } of passed)
    assert.ok(
      waited - withoutCore <= BUDGET + MARGIN,
      `${method} ${target} waited ${waited} ms, ${withoutCore} ms of them for a core`,
    );
}
