import { type Facts, nameWithin, type Policy, registryOf, type Upstream } from '@archeio/redirect';
import type { WantedUpstream } from './backends.ts';

/** The content to ask the upstream of a decision for. */
export function wantedOf(
  upstream: Upstream,
  facts: Facts,
  policy: Policy,
): WantedUpstream | undefined {
  const { route } = facts;
  const registry = registryOf(facts, policy);
  if (registry === undefined || (route.kind !== 'manifest' && route.kind !== 'blob'))
    return undefined;
  return {
    upstream,
    kind: route.kind,
    name: nameWithin(registry, route.name),
    digest: route.kind === 'blob' ? route.digest : route.reference,
  };
}
