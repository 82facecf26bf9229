import type { Place } from '@archeio/clouds';
import type { Backend, Store, Upstream } from './backend.ts';
import { type Decision, page } from './decision.ts';
import { compileKeyTemplate } from './key-template.ts';
import { type Distance, nearness, type PlaceStores, storesNear } from './place-stores.ts';
import type {
  Near,
  PolicyOptions,
  RegistryOptions,
  StoreOptions,
  UpstreamOptions,
} from './policy-options.ts';
import type { Registry } from './registry.ts';

/** The policy, compiled for one table of places: everything that depends on the client's place is looked up. */
export interface Policy {
  readonly infoPage: Decision;
  readonly privacyPage: Decision;
  /** All backends by index: the stores, the upstreams of all registries, their signature upstreams. */
  readonly backends: readonly Backend[];
  readonly stores: readonly Store[];
  readonly registries: readonly Registry[];
  /** The registries that serve a host, in the order in which they are tried, by site. */
  readonly sites: readonly (readonly Registry[])[];
  /** Whether some registry is an alias: only then can a followed link have lost a prefix. */
  readonly hasPrefixes: boolean;
  readonly places: readonly Place[];
  /** The stores to try for a client, by place + 1. */
  readonly storesFor: readonly PlaceStores[];
  /** The disabled stores that would be tried for a client, by place + 1. */
  readonly disabledFor: readonly (readonly Store[])[];
  /** Whether the blobs of a client stay on the upstream, by place + 1. */
  readonly staysUpstream: readonly boolean[];
}

function locationOf(near: readonly Near[] | undefined): Place | undefined {
  return near?.[0] && { cloud: near[0].cloud, region: near[0].regions?.[0] ?? '' };
}

function upstream(
  index: number,
  registry: Registry['index'],
  prefix: string,
  options: UpstreamOptions,
): Upstream {
  const { name, url, path, near, usdPerGiB } = options;
  return Object.freeze({
    kind: 'upstream',
    index,
    name,
    url,
    base: `${url}/v2/`,
    path: path === '' ? '' : `${path}/`,
    pathOnce: prefix === '',
    registry,
    location: locationOf(near),
    price: usdPerGiB,
  });
}

function store(index: number, options: StoreOptions): Store {
  const { name, url, key, checkUrl, near } = options;
  return Object.freeze({
    kind: 'store',
    index,
    name,
    url: `${url}/`,
    checkUrl: `${checkUrl ?? url}/`,
    key: compileKeyTemplate(key),
    weight: options.weight ?? 1,
    failover: options.failover === 'region',
    location: locationOf(near),
    price: options.usdPerGiB,
  });
}

type Everywhere = readonly (Place | undefined)[];

/** Compiles the registries; `next` is the index of their first upstream. */
function compileRegistries(
  all: readonly RegistryOptions[],
  next: number,
  everywhere: Everywhere,
): Registry[] {
  let index = next;
  const upstreamsOf = all.map(({ prefix, upstreams }, registry) =>
    upstreams.map((each) => upstream(index++, registry, prefix, each)),
  );
  return all.map(({ name, prefix, signatures: signed, upstreams: options }, registry) => {
    if (options.length === 0)
      throw new RangeError(`cannot compile the policy: registry "${name}" has no upstream`);
    const upstreams = upstreamsOf[registry];
    const signaturesName = all.length === 1 ? 'signatures' : `${name}-signatures`;
    const signatures =
      signed && upstream(index++, registry, prefix, { ...signed, name: signaturesName });
    const paths = [...upstreams, ...(signatures ? [signatures] : [])].map(({ path }) => path);
    return Object.freeze({
      index: registry,
      name,
      prefix,
      upstreams,
      upstreamsFor: everywhere.map((place) => {
        const near = upstreams.filter((_, at) => nearness(place, options[at].near) > 0);
        return [...near, ...upstreams.filter((each) => !near.includes(each))];
      }),
      signatures,
      fallback: signed?.fallback === true,
      paths: paths.filter((path) => path !== '').toSorted((a, b) => b.length - a.length),
    });
  });
}

/**
 * Compiles a policy.
 *
 * @param places as the client's place is numbered; place −1 is a network that nobody knows
 * @param distance between a client's place and a store's; without it no store is nearer than another
 * @throws RangeError if a registry has no upstream, a site names none, or a key template cannot be read
 */
export function compilePolicy(
  options: PolicyOptions,
  places: readonly Place[],
  distance: Distance = () => undefined,
): Policy {
  const everywhere: Everywhere = [undefined, ...places];
  const enabled = options.stores.filter((each) => each.enabled !== false);
  const stores = enabled.map((each, index) => store(index, each));
  const configured = enabled.map((each, index) => [stores[index], each] as const);
  const disabled = options.stores
    .filter((each) => each.enabled === false)
    .map((each) => [store(-1, each), each] as const);
  const registries = compileRegistries(options.registries, stores.length, everywhere);
  return Object.freeze({
    infoPage: page('R2', options.pages.info),
    privacyPage: page('R3', options.pages.privacy),
    backends: [
      ...stores,
      ...registries.flatMap(({ upstreams }) => upstreams),
      ...registries.flatMap(({ signatures }) => signatures ?? []),
    ],
    stores,
    registries,
    sites: options.sites.map((numbers) =>
      numbers.map((number) => {
        const registry = registries.at(number);
        if (registry === undefined || number < 0)
          throw new RangeError(`cannot compile the policy: there is no registry ${number}`);
        return registry;
      }),
    ),
    hasPrefixes: registries.some(({ prefix }) => prefix !== ''),
    places,
    storesFor: everywhere.map((place) => storesNear(place, configured, distance)),
    disabledFor: everywhere.map((place) => {
      const { near, defaults } = storesNear(place, disabled, distance);
      return [...near.flatMap((share) => share.stores), ...defaults];
    }),
    staysUpstream: everywhere.map((place) => nearness(place, options.stayUpstream) > 0),
  });
}
