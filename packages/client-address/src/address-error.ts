/**
 * Why the client's address is unknown. The set is fixed, so that each can label a metric.
 *
 * - `too-few-addresses`: the header lists fewer addresses than the topology has hops
 * - `malformed-address`: the element is not an address, or has a zone
 * - `hidden-address`: a proxy hid the address: `unknown`, `_obfuscated`, or no `for` (RFC 7239 §6)
 * - `malformed-header`: not a valid `Forwarded` header (RFC 7239 §4), or several values instead of one
 * - `unusable-peer`: the peer's address is needed, and the connection is gone or has none
 */
export type AddressError =
  | 'too-few-addresses'
  | 'malformed-address'
  | 'hidden-address'
  | 'malformed-header'
  | 'unusable-peer';
