import type { Prefix } from '@archeio/netip';
import { type CloudSource, GLOBAL } from './source.ts';
import { TextLine } from './text-line.ts';

/**
 * A self-published geofeed (RFC 8805 §2.1): each line has a prefix, country, region, city and postal
 * code; the last ones may be missing. The region is the feed's own, an ISO 3166-2 code such as
 * `US-NJ`; if empty, the country's code; if that is empty as well, `global`: the feed says that the
 * prefix has no place (§2.1.1.2).
 */
export function readGeofeed(text: string, name: string): readonly (readonly [Prefix, string])[] {
  const prefixes = TextLine.parse({ text, name }).map((line) => {
    const [prefix, country = '', region = ''] = line.text.split(',').map((field) => field.trim());
    return [line.prefix(prefix), region || country || GLOBAL] as const;
  });
  return Object.freeze(prefixes);
}

/**
 * DigitalOcean's `google.csv` (https://docs.digitalocean.com/platform/): a geofeed. It does not name
 * the data centres (`nyc3`), so the region is the feed's: `US-NJ`. There is no date or version.
 * @param name of the file, for error messages
 * @throws SyntaxError if it is malformed, naming the line, or lists no prefix
 */
export function readDigitalOcean(text: string, name: string): CloudSource {
  const prefixes = readGeofeed(text, name);
  return Object.freeze({ cloud: 'DigitalOcean', date: null, version: '', prefixes });
}

/** Reads `# Last modified: 2025-07-24 10:00:06.525037` as UTC; null if there is no such line. */
function modifiedDate(text: string): string | null {
  const parts = /^# Last modified: (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)\s*$/m.exec(text);
  const date = parts === null ? '' : `${parts[1]}T${parts[2]}Z`;
  return Number.isNaN(Date.parse(date)) ? null : date;
}

/**
 * Linode's geofeed (https://geoip.linode.com/). It does not name the data centres (`us-east`), so
 * the region is the feed's: `US-NJ`.
 * @param name of the file, for error messages
 * @throws SyntaxError if it is malformed, naming the line, or lists no prefix
 */
export function readLinode(text: string, name: string): CloudSource {
  const prefixes = readGeofeed(text, name);
  return Object.freeze({ cloud: 'Linode', date: modifiedDate(text), version: '', prefixes });
}
