import { readGeofeed } from './geofeed.ts';
import type { CloudSource } from './source.ts';

/** The head's `# Last modified: 2025-07-24 10:00:06.525037`, which is taken for UTC; null where there is none. */
function modifiedDate(text: string): string | null {
  const parts = /^# Last modified: (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)\s*$/m.exec(text);
  const date = parts === null ? '' : `${parts[1]}T${parts[2]}Z`;
  return Number.isNaN(Date.parse(date)) ? null : date;
}

/**
 * Linode's geofeed (https://geoip.linode.com/). It does not name the data centres (`us-east`), so
 * the region is the feed's: `US-NJ`.
 * @param text the file
 * @param name what messages call it
 * @throws SyntaxError if it is malformed, naming the line, or lists no prefix
 */
export function readLinode(text: string, name: string): CloudSource {
  const prefixes = readGeofeed(text, name);
  return Object.freeze({ cloud: 'Linode', date: modifiedDate(text), version: '', prefixes });
}
