import { distanceKm, type Place } from '@archeio/clouds';
import { compilePolicy, makeFacts, plan, type Policy, type Snapshot } from '@archeio/redirect';
import { HostRegistries } from '@archeio/request-handler';
import { shippedPreset, shippedRanges } from '../../../apps/archeio/src/configuration/shipped.ts';
import { parseServed } from '../../../apps/archeio/src/configuration/testing/parse-served.ts';
import { digestOf } from './blob-keys.ts';

/** The regions of Cloud Run that serve registry.k8s.io: kubernetes/k8s.io, infra/gcp/terraform/k8s-infra-oci-proxy-prod. */
export const REGIONS: readonly string[] = `
  asia-east1 asia-northeast1 asia-northeast2 asia-south1 australia-southeast1
  europe-north1 europe-southwest1 europe-west1 europe-west2 europe-west3
  europe-west4 europe-west8 europe-west9 europe-west10 southamerica-west1
  us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2`
  .trim()
  .split(/\s+/);

/** Where a global shared memory is. */
export const CENTRE = 'us-central1';

/** Where requests come from; the rest of the regions of AWS share what is left. */
export const CLOUD_SHARES = { AWS: 0.63, GCP: 0.15, elsewhere: 0.22 } as const;
export const AWS_SHARES: Readonly<Record<string, number>> = {
  'us-east-1': 0.3,
  'us-west-2': 0.22,
  'eu-central-1': 0.11,
  'eu-west-1': 0.09,
  'us-east-2': 0.06,
  'ap-southeast-1': 0.05,
  'us-west-1': 0.03,
  'ap-northeast-1': 0.03,
  'ap-south-1': 0.02,
};

/** Clients of one place, as one region serves them. */
export interface Clients {
  /** Index into {@link REGIONS}. */
  readonly region: number;
  /** Share of all requests. */
  readonly share: number;
  /** Indices of the stores to try, in order; empty if their blobs stay on the upstream. */
  readonly stores: readonly number[];
}

export interface Deployment {
  readonly clients: readonly Clients[];
  readonly storeNames: readonly string[];
  /** Index of the default store. */
  readonly defaultStore: number;
}

const NOTHING_KNOWN: Snapshot = {
  healthy: () => true,
  condition: () => 'up',
  presence: () => 'unasked',
  upstreamHas: () => 'unknown',
  isRepository: () => true,
};

/** The stores that the product's own policy would ask for clients of a place, in order. */
function storesFor(policy: Policy, place: number): readonly number[] {
  const facts = makeFacts('GET', `/v2/pause/blobs/${digestOf(0)}`, place, 0);
  return (plan(facts, policy, NOTHING_KNOWN).ask ?? []).map(({ index }) => index);
}

/** The region that is nearest to a place, as a load balancer in front of all regions chooses it. */
function nearestRegion(place: Place): number {
  const distances = REGIONS.map(
    (region) => distanceKm(place, { cloud: 'GCP', region }) ?? Infinity,
  );
  return distances.indexOf(Math.min(...distances));
}

export function compilePreset(): { readonly policy: Policy; readonly places: readonly Place[] } {
  const configuration = parseServed(shippedPreset());
  const { places } = shippedRanges();
  const { servedHosts } = HostRegistries.of(configuration.registries);
  return { policy: compilePolicy({ ...configuration, servedHosts }, places, distanceKm), places };
}

/** registry.k8s.io: the built-in preset, its regions, and its clients. */
export function deployment(): Deployment {
  const { policy, places } = compilePreset();
  const inAws = places.flatMap(({ cloud, region }, place) =>
    cloud === 'AWS' && Number.isFinite(distanceKm({ cloud, region }, { cloud, region }))
      ? [{ place, region }]
      : [],
  );
  const named = Object.values(AWS_SHARES).reduce((sum, share) => sum + share, 0);
  const unnamed = inAws.filter(({ region }) => AWS_SHARES[region] === undefined).length;
  const clients = inAws.map(({ place, region }) => ({
    region: nearestRegion(places[place]),
    share: CLOUD_SHARES.AWS * (AWS_SHARES[region] ?? (1 - named) / unnamed),
    stores: storesFor(policy, place),
  }));
  for (const [region, name] of REGIONS.entries()) {
    const place = places.findIndex(({ cloud, region }) => cloud === 'GCP' && region === name);
    const share = 1 / REGIONS.length;
    clients.push(
      { region, share: CLOUD_SHARES.GCP * share, stores: storesFor(policy, place) },
      { region, share: CLOUD_SHARES.elsewhere * share, stores: storesFor(policy, -1) },
    );
  }
  return {
    clients,
    storeNames: policy.stores.map(({ name }) => name),
    defaultStore: storesFor(policy, -1)[0],
  };
}
