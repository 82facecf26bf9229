import { makeIPv4, makeIPv6, unmapAddr, type Addr } from '@archeio/netip';
import { LONGEST_PROXY_HEADER, type ProxyHeader, type ProxyHeaderError } from './header.ts';

/** The first twelve bytes (proxy-protocol.txt §2.2). */
export const VERSION_2_SIGNATURE: Uint8Array = Uint8Array.of(
  0x0d,
  0x0a,
  0x0d,
  0x0a,
  0x00,
  0x0d,
  0x0a,
  0x51,
  0x55,
  0x49,
  0x54,
  0x0a,
);

/** Signature, version and command, family and protocol, and the length of the rest. */
const FIXED = 16;

/** Bytes of the addresses and ports of each family: unspecified, IPv4, IPv6, UNIX. */
const ADDRESS_BYTES = [0, 12, 36, 216] as const;

const LOCAL = 0x20;
const PROXY = 0x21;

function addressOf(bytes: Uint8Array, family: number): Addr | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + FIXED);
  const word = (at: number): number => view.getUint32(at * 4);
  switch (family) {
    case 1:
      return makeIPv4(word(0));
    case 2:
      return unmapAddr(makeIPv6(word(0), word(1), word(2), word(3)));
    default:
      return undefined;
  }
}

/**
 * Reads a header of version 2, which is binary (proxy-protocol.txt §2.2). Ignores the type-length-values, the checksum
 * included (§2.2.3 lets receivers do so).
 *
 * @param bytes agree with {@link VERSION_2_SIGNATURE} as far as they go
 */
export function readVersion2(bytes: Uint8Array): ProxyHeader | ProxyHeaderError | 'more' {
  const command = bytes.at(VERSION_2_SIGNATURE.length);
  if (command !== undefined && command !== LOCAL && command !== PROXY) return 'malformed-header';
  const transport = bytes.at(VERSION_2_SIGNATURE.length + 1);
  if (transport === undefined) return 'more';
  const family = transport >> 4;
  const protocol = transport & 0x0f;
  // A receiver must accept every family and protocol of a LOCAL header, which it ignores (§2.2).
  if (command === PROXY && (family >= ADDRESS_BYTES.length || protocol > 2))
    return 'malformed-header';
  if (bytes.length < FIXED) return 'more';
  const rest = bytes[FIXED - 2] * 256 + bytes[FIXED - 1];
  const length = FIXED + rest;
  if (command === PROXY && rest < ADDRESS_BYTES[family]) return 'malformed-header';
  if (length > LONGEST_PROXY_HEADER) return 'header-too-long';
  if (bytes.length < length) return 'more';
  return { length, client: command === PROXY ? addressOf(bytes, family) : undefined };
}
