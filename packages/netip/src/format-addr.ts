import { isIPv4Mapped, type Addr } from './addr.ts';

function formatIPv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/**
 * The address as text; IPv6 in the one form of RFC 5952: lower case, no leading zeros, the longest
 * run of two or more zero groups as "::" (the first of equals), IPv4-mapped with a dotted quad (§5).
 */
export function formatAddr(addr: Addr): string {
  if (addr.family === 4) return formatIPv4(addr.w3);
  if (isIPv4Mapped(addr)) return `::ffff:${formatIPv4(addr.w3)}`;
  const groups = [addr.w0, addr.w1, addr.w2, addr.w3].flatMap((word) => [
    word >>> 16,
    word & 0xffff,
  ]);
  let runStart = -1;
  let runLength = 1;
  for (let at = 0; at < 8; at++) {
    let past = at;
    while (past < 8 && groups[past] === 0) past++;
    if (past - at > runLength) {
      runStart = at;
      runLength = past - at;
    }
    at = past;
  }
  const hex = groups.map((group) => group.toString(16));
  if (runStart < 0) return hex.join(':');
  return `${hex.slice(0, runStart).join(':')}::${hex.slice(runStart + runLength).join(':')}`;
}
