import type { Upstream } from './backend.ts';
import type { Facts, Recorder, Snapshot } from './facts.ts';
import type { Registry } from './compile-registries.ts';

/** Reason to skip a backend. */
export const UNHEALTHY = 'unhealthy';

function isUp(upstream: Upstream, state: Snapshot, recorder: Recorder | undefined): boolean {
  const up = state.condition(upstream) === 'up';
  recorder?.candidate(upstream, undefined, up ? undefined : UNHEALTHY);
  return up;
}

/** The first healthy upstream for the client; if none is healthy, the first. */
export function upstreamFor(
  { place }: Facts,
  registry: Registry,
  state: Snapshot,
  recorder?: Recorder,
): Upstream {
  const upstreams = registry.upstreamsFor(place);
  for (const upstream of upstreams) if (isUp(upstream, state, recorder)) return upstream;
  return upstreams[0];
}

/** The registry's signature upstream, if it has a healthy one. */
export function signaturesOf(
  { signatures }: Registry,
  state: Snapshot,
  recorder?: Recorder,
): Upstream | undefined {
  return signatures && isUp(signatures, state, recorder) ? signatures : undefined;
}
