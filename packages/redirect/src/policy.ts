import type { Place } from '@archeio/clouds';
import type { Backend, Store, Upstream } from './backend.ts';
import { type Decision, page } from './decision.ts';
import { compileKeyTemplate } from './key-template.ts';

/** Clients by where they are: a cloud, or some of its regions. */
export interface Near {
  readonly cloud: string;
  readonly regions?: readonly string[] | undefined;
}

/** An upstream as it is configured. */
export interface UpstreamOptions {
  readonly name: string;
  /** `https://host[:port]`, nothing behind it */
  readonly url: string;
  /** The repositories' common path in this upstream, without slashes at its ends; may be empty. */
  readonly path: string;
  /** Clients for whom this upstream goes first. */
  readonly near?: readonly Near[] | undefined;
}

/** A store as it is configured. */
export interface StoreOptions {
  readonly name: string;
  /** `https://host[:port][/path]`, without a slash at its end */
  readonly url: string;
  readonly key: string;
  readonly near?: readonly Near[] | undefined;
  readonly default?: boolean | undefined;
  /** Where presence is asked, if not at `url` (a CDN's origin). */
  readonly checkUrl?: string | undefined;
}

/** What {@link compilePolicy} makes a policy of. */
export interface PolicyOptions {
  readonly pages: { readonly info: string; readonly privacy: string };
  /** At least one, in order. */
  readonly upstreams: readonly UpstreamOptions[];
  readonly signatures?: UpstreamOptions | undefined;
  readonly stores: readonly StoreOptions[];
  /** Clients whose blobs stay on the upstream. */
  readonly stayUpstream: readonly Near[];
}

/** The policy, compiled for one table of places: everything that depends on the client's place is looked up. */
export interface Policy {
  readonly infoPage: Decision;
  readonly privacyPage: Decision;
  /** All backends by index: first the stores, then the upstreams, then the signature upstream. */
  readonly backends: readonly Backend[];
  readonly stores: readonly Store[];
  readonly signatures: Upstream | undefined;
  /** The upstreams in the order for a client, by place + 1. */
  readonly upstreamsFor: readonly (readonly Upstream[])[];
  /** The stores to try for a client, in order, by place + 1. */
  readonly storesFor: readonly (readonly Store[])[];
  /** Whether the blobs of a client stay on the upstream, by place + 1. */
  readonly staysUpstream: readonly boolean[];
}

function isNear(place: Place | undefined, near: readonly Near[] | undefined): boolean {
  if (place === undefined || near === undefined) return false;
  return near.some(
    ({ cloud, regions }) =>
      cloud === place.cloud && (regions === undefined || regions.includes(place.region)),
  );
}

function upstream(index: number, { name, url, path }: UpstreamOptions): Upstream {
  return Object.freeze({
    kind: 'upstream',
    index,
    name,
    url,
    base: `${url}/v2/`,
    path: path === '' ? '' : `${path}/`,
  });
}

function store(index: number, { name, url, key, checkUrl }: StoreOptions): Store {
  return Object.freeze({
    kind: 'store',
    index,
    name,
    url: `${url}/`,
    checkUrl: `${checkUrl ?? url}/`,
    key: compileKeyTemplate(key),
  });
}

/**
 * Compiles a policy.
 *
 * @param places as the client's place is numbered; place −1 is a network that nobody knows
 * @throws RangeError if there is no upstream, or a key template cannot be read
 */
export function compilePolicy(options: PolicyOptions, places: readonly Place[]): Policy {
  if (options.upstreams.length === 0)
    throw new RangeError('cannot compile the policy: there is no upstream');
  const stores = options.stores.map((each, index) => store(index, each));
  const upstreams = options.upstreams.map((each, index) => upstream(stores.length + index, each));
  const signatures =
    options.signatures && upstream(stores.length + upstreams.length, options.signatures);

  const everywhere: readonly (Place | undefined)[] = [undefined, ...places];
  const upstreamsFor = everywhere.map((place) => {
    const near = upstreams.filter((_, index) => isNear(place, options.upstreams[index].near));
    return [...near, ...upstreams.filter((each) => !near.includes(each))];
  });
  const storesFor = everywhere.map((place) => {
    const near = stores.filter((_, index) => isNear(place, options.stores[index].near));
    const fallback = stores.filter(
      (each, index) => options.stores[index].default === true && !near.includes(each),
    );
    return [...near, ...fallback];
  });
  return Object.freeze({
    infoPage: page('R2', options.pages.info),
    privacyPage: page('R3', options.pages.privacy),
    backends: signatures ? [...stores, ...upstreams, signatures] : [...stores, ...upstreams],
    stores,
    signatures,
    upstreamsFor,
    storesFor,
    staysUpstream: everywhere.map((place) => isNear(place, options.stayUpstream)),
  });
}
