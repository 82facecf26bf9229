export type { AddressError } from './address-error.ts';
export { type ClientAddressReader, compileTopology, type PeerSource } from './client-address.ts';
export { trustedPrefixes } from './trusted-prefixes.ts';
export { CLOUDFLARE_WORKERS, GOOGLE_LOAD_BALANCER, type Topology } from './topology.ts';
export {
  LONGEST_PROXY_HEADER,
  type ProxyHeader,
  type ProxyHeaderError,
} from './proxy-protocol/header.ts';
export { readProxyHeader } from './proxy-protocol/proxy-header.ts';
