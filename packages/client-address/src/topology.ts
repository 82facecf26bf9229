import type { Prefix } from '@archeio/netip';

/**
 * The proxies between the clients and this server, as the operator states them; nothing is guessed.
 *
 * - `remote`: none. The peer is the client.
 * - `hops`: that many proxies append the address of their peer to X-Forwarded-For, so the client is the `hops`th address
 *   from the right.
 * - `trusted-proxies`: proxies inside `prefixes` append to the header that `use` names. The client is the first address
 *   from the right outside them. The header counts only if the peer is inside.
 * - `header`: a proxy writes one address into the header `name`. It counts only if the peer is inside `prefixes`; without
 *   `prefixes`, always.
 *
 * Without the header the peer is the client. IPv4-mapped prefixes (`::ffff:10.0.0.0/104`) mean the IPv4 prefixes that they
 * embed; no other IPv6 prefix contains an IPv4 address.
 */
export type Topology =
  | { readonly kind: 'remote' }
  | { readonly kind: 'hops'; readonly hops: number }
  | {
      readonly kind: 'trusted-proxies';
      readonly prefixes: readonly Prefix[];
      readonly use: 'x-forwarded-for' | 'forwarded';
    }
  | { readonly kind: 'header'; readonly name: string; readonly prefixes?: readonly Prefix[] };

/** Google's external Application Load Balancer: it appends the client's address and then its own. */
export const GOOGLE_LOAD_BALANCER: Topology = Object.freeze({ kind: 'hops', hops: 2 });

/** Code on Cloudflare Workers: the platform itself writes the client's address, over anything that the client sent. */
export const CLOUDFLARE_WORKERS: Topology = Object.freeze({
  kind: 'header',
  name: 'CF-Connecting-IP',
});
