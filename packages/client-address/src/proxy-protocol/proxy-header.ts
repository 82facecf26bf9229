import type { ProxyHeader, ProxyHeaderError } from './header.ts';
import { readVersion1 } from './version-1.ts';
import { readVersion2, VERSION_2_SIGNATURE } from './version-2.ts';

const VERSION_1_PREFIX = new TextEncoder().encode('PROXY ');

function agrees(bytes: Uint8Array, prefix: Uint8Array): boolean {
  const most = Math.min(bytes.length, prefix.length);
  for (let at = 0; at < most; at++) if (bytes[at] !== prefix[at]) return false;
  return true;
}

/**
 * Reads the PROXY header at the beginning of a connection. Never throws; takes time linear in the header.
 *
 * @param bytes all bytes that have arrived
 * @returns `more` if they are the beginning of a header; never for `LONGEST_PROXY_HEADER` bytes or more
 */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader | ProxyHeaderError | 'more' {
  if (bytes.length === 0) return 'more';
  if (agrees(bytes, VERSION_1_PREFIX))
    return bytes.length < VERSION_1_PREFIX.length ? 'more' : readVersion1(bytes);
  if (!agrees(bytes, VERSION_2_SIGNATURE)) return 'no-header';
  return readVersion2(bytes);
}
