export {
  type Addr,
  compareAddr,
  equalAddr,
  isIPv4Mapped,
  makeIPv4,
  makeIPv6,
  nextAddr,
  previousAddr,
  unmapAddr,
} from './addr.ts';
export { embeddedIPv4 } from './embedded-ipv4.ts';
export { formatAddr } from './format-addr.ts';
export { parseAddr, tryParseAddr } from './parse-addr.ts';
export { type Match, PrefixTable } from './prefix-table.ts';
export { formatPrefix, parsePrefix, tryParsePrefix } from './prefix-text.ts';
export {
  comparePrefix,
  equalPrefix,
  makePrefix,
  type Prefix,
  prefixContains,
  prefixFirst,
  prefixLast,
} from './prefix.ts';
