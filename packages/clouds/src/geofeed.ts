import type { Prefix } from '@archeio/netip';
import { GLOBAL } from './global-region.ts';
import { TextLine } from './text-line.ts';

/**
 * A self-published geofeed (RFC 8805 §2.1): each line a prefix, country, region, city and postal
 * code, of which the last may be missing. The region is the feed's own, an ISO 3166-2 code such as
 * `US-NJ`; where it is empty the country's code, and `global` where that is empty as well, which is
 * how a feed says that a prefix has no place (§2.1.1.2).
 * @param text the file
 * @param name what messages call it
 * @throws SyntaxError if it is malformed, naming the line, or lists no prefix
 */
export function readGeofeed(text: string, name: string): readonly (readonly [Prefix, string])[] {
  const prefixes = TextLine.parse({ text, name }).map((line) => {
    const [prefix, country = '', region = ''] = line.text.split(',').map((field) => field.trim());
    return [line.prefix(prefix), region || country || GLOBAL] as const;
  });
  return Object.freeze(prefixes);
}
