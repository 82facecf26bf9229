export {
  compareAddr,
  equalAddr,
  isIPv4Mapped,
  makeIPv4,
  makeIPv6,
  nextAddr,
  previousAddr,
  unmapAddr,
} from './addr.ts';
export type { Addr } from './addr.ts';
export { embeddedIPv4 } from './embedded-ipv4.ts';
export { formatAddr } from './format-addr.ts';
export { parseAddr, tryParseAddr } from './parse-addr.ts';
export { PrefixTable } from './prefix-table.ts';
export type { Match } from './prefix-table.ts';
export { formatPrefix, parsePrefix, tryParsePrefix } from './prefix-text.ts';
export {
  comparePrefix,
  equalPrefix,
  makePrefix,
  prefixContains,
  prefixFirst,
  prefixLast,
} from './prefix.ts';
export type { Prefix } from './prefix.ts';
