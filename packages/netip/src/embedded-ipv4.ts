import { type Addr, makeIPv4 } from './addr.ts';

/** 64:ff9b::/96, the well-known prefix of translators between IPv4 and IPv6 (RFC 6052 §2.1). */
const NAT64 = 0x0064ff9b;
/** 2002::/16, 6to4 (RFC 3056 §2). */
const SIX_TO_FOUR = 0x2002;
/** 2001::/32, Teredo (RFC 4380 §4). */
const TEREDO = 0x20010000;

/**
 * The IPv4 address that a NAT64 (`64:ff9b::192.0.2.1`), 6to4 or Teredo address embeds; `undefined` for every other
 * address (`unmapAddr` converts IPv4-mapped ones). It says where a host is, not who it is: anyone can write such an
 * address, so never compare it with a list of trusted addresses.
 */
export function embeddedIPv4({ family, w0, w1, w2, w3 }: Addr): Addr | undefined {
  if (family === 4) return undefined;
  if (w0 === NAT64 && w1 === 0 && w2 === 0) return makeIPv4(w3);
  if (w0 >>> 16 === SIX_TO_FOUR) return makeIPv4((w0 << 16) | (w1 >>> 16));
  // A Teredo client's address is written with every bit inverted.
  return w0 === TEREDO ? makeIPv4(~w3) : undefined;
}
