import assert from 'node:assert/strict';
import type { Front } from '../pulls/front.ts';
import type { Pulled } from './constant-load.ts';

/** The requests that Archeio redirected to a server since the last call. */
export function sentTo(front: Front, url: string): string[] {
  return front
    .taken()
    .filter(({ location }) => location?.startsWith(`${url}/`))
    .map(({ method, target }) => `${method} ${target}`);
}

export function assertComplete(pulled: readonly Pulled[]): void {
  assert.deepEqual(
    pulled.filter(({ complete }) => !complete),
    [],
  );
  for (const client of ['skopeo', 'ctr', "the kubelet's way"])
    assert.ok(
      pulled.some((each) => each.client === client),
      `${client} has not pulled`,
    );
}

/** How clients report that nothing listens there, or no longer. */
const REFUSED = /connection refused|connection reset|EOF/;

/** Asserts that only the killed part caused errors. */
export function assertRefused(pulled: readonly Pulled[]): void {
  for (const failure of pulled.flatMap(({ failures }) => failures)) assert.match(failure, REFUSED);
}

export function assertNoneRepeated(pulled: readonly Pulled[]): void {
  assertComplete(pulled);
  assert.deepEqual(
    pulled.filter(({ failures }) => failures.length > 0),
    [],
  );
}
