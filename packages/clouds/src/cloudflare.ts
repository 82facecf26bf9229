import type { Prefix } from '@archeio/netip';
import { GLOBAL } from './global-region.ts';
import type { CloudSource } from './source.ts';
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
 * Cloudflare's two lists (https://www.cloudflare.com/ips/), a prefix a line, which are one source.
 * They are announced from everywhere: the region is `global`. They have neither date nor version.
 * @throws SyntaxError if one is malformed, naming the file and line, or lists no prefix
 */
export function readCloudflare(ipv4: PublishedText, ipv6: PublishedText): CloudSource {
  const prefixes = Object.freeze([...readFamily(ipv4, 4), ...readFamily(ipv6, 6)]);
  return Object.freeze({ cloud: 'Cloudflare', date: null, version: '', prefixes });
}
