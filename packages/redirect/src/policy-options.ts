import type { UsdPerGiB } from './backend.ts';

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
  readonly usdPerGiB?: UsdPerGiB | undefined;
}

/** Where signatures are. */
export interface SignaturesOptions {
  readonly url: string;
  readonly path: string;
  readonly usdPerGiB?: UsdPerGiB | undefined;
  /** R9a, R12a: whether it also has what the upstream says it has not. */
  readonly fallback?: boolean | undefined;
}

/** A registry as it is configured. */
export interface RegistryOptions {
  readonly name: string;
  /** The beginning of the names that it serves: empty, or with a slash at its end. */
  readonly prefix: string;
  /** At least one, in order. */
  readonly upstreams: readonly UpstreamOptions[];
  readonly signatures?: SignaturesOptions | undefined;
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
  /** Its share among several stores near the same client, 1 without it; 0: only after the others. */
  readonly weight?: number | undefined;
  /** `region`: while it is unhealthy another region's store may answer for it. */
  readonly failover?: 'region' | 'none' | undefined;
  readonly usdPerGiB?: UsdPerGiB | undefined;
  /** False: it is no candidate, and is only told of. */
  readonly enabled?: boolean | undefined;
}

/** What {@link compilePolicy} makes a policy of. */
export interface PolicyOptions {
  readonly pages: { readonly info: string; readonly privacy: string };
  readonly registries: readonly RegistryOptions[];
  /** Numbers of registries that serve the same Host, in the order in which they are tried; see {@link Facts.site}. */
  readonly sites: readonly (readonly number[])[];
  readonly stores: readonly StoreOptions[];
  /** Clients whose blobs stay on the upstream. */
  readonly stayUpstream: readonly Near[];
}
