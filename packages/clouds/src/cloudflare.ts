import type { Prefix } from '@archeio/netip';
import { type CloudSource, GLOBAL } from './source.ts';
import { TextLine, type PublishedText } from './text-line.ts';

function readFamily(list: PublishedText, family: 4 | 6): (readonly [Prefix, string])[] {
  return TextLine.parse(list).map((line) => {
    const prefix = line.prefix(line.text);
    if (prefix.addr.family !== family) {
      line.refuse(`expected an IPv${family} prefix, got ${JSON.stringify(line.text)}`);
    }
    return [prefix, GLOBAL] as const;
  });
}

/**
 * Cloudflare's two lists (https://www.cloudflare.com/ips/) as one source: a prefix on each line.
 * The addresses are announced from everywhere, so the region is `global`. There is no date or version.
 * @throws SyntaxError if one is malformed, naming the file and line, or lists no prefix
 */
export function readCloudflare(ipv4: PublishedText, ipv6: PublishedText): CloudSource {
  const prefixes = Object.freeze([...readFamily(ipv4, 4), ...readFamily(ipv6, 6)]);
  return Object.freeze({ cloud: 'Cloudflare', date: null, version: '', prefixes });
}
