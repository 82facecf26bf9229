import { readGeofeed } from './geofeed.ts';
import type { CloudSource } from './source.ts';

/**
 * DigitalOcean's `google.csv` (https://docs.digitalocean.com/platform/): a geofeed. It does not name
 * the data centres (`nyc3`), so the region is the feed's: `US-NJ`. It has neither date nor version.
 * @param text the file
 * @param name what messages call it
 * @throws SyntaxError if it is malformed, naming the line, or lists no prefix
 */
export function readDigitalOcean(text: string, name: string): CloudSource {
  const prefixes = readGeofeed(text, name);
  return Object.freeze({ cloud: 'DigitalOcean', date: null, version: '', prefixes });
}
