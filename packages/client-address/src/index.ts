export type { AddressError } from './address-error.ts';
export { compileTopology } from './client-address.ts';
export type { ClientAddressReader, PeerSource } from './client-address.ts';
export { GOOGLE_LOAD_BALANCER } from './topology.ts';
export type { Topology } from './topology.ts';
