/**
 * Why no address counts as the client's. The set is bounded: each may label a metric.
 *
 * - `too-few-addresses`: the header lists fewer addresses than the topology has hops
 * - `malformed-address`: the element that should be an address is not one, or has a zone
 * - `hidden-address`: a proxy kept the address to itself: `unknown`, `_obfuscated`, or no `for` (RFC 7239 §6)
 * - `malformed-header`: no `Forwarded` header (RFC 7239 §4), or several values where one is expected
 * - `unusable-peer`: the peer's address is needed, and the connection is gone or has none
 */
export type AddressError =
  | 'too-few-addresses'
  | 'malformed-address'
  | 'hidden-address'
  | 'malformed-header'
  | 'unusable-peer';
