import assert from 'node:assert/strict';
import type { Passed } from '../parts/balancer.ts';

/** The most that a request waits for stores, and what everything else may add to it, in milliseconds. */
export const BUDGET = 500;
const MARGIN = 50;

/**
 * Asserts that no request waited much longer than the budget. Subtracts the time in which Archeio or the balancer was
 * runnable but had no core.
 *
 * @throws AssertionError that names the first that did
 */
export function assertWaits(passed: readonly Passed[]): void {
  for (const { method, target, waited, withoutCore } of passed)
    assert.ok(
      waited - withoutCore <= BUDGET + MARGIN,
      `${method} ${target} waited ${waited} ms, ${withoutCore} ms of them for a core`,
    );
}
