import { JsonNode } from './json-node.ts';
import type { CloudSource } from './source.ts';

/**
 * Oracle's `public_ip_ranges.json` (https://docs.oracle.com/en-us/iaas/Content/General/Concepts/addressranges.htm).
 * Its date has no offset and is read as UTC; it is also the version.
 * @param name of the file, for error messages
 * @throws SyntaxError if it is malformed, naming the place, or lists no prefix
 */
export function readOracle(text: string, name: string): CloudSource {
  const file = JsonNode.parse(text, name);
  const updated = file.get('last_updated_timestamp');
  const version = updated.text();
  const date = `${version}Z`;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(version) || Number.isNaN(Date.parse(date))) {
    updated.refuse(
      `expected a date such as "2026-07-21T07:13:25.457838", got ${JSON.stringify(version)}`,
    );
  }
  const regions = file.get('regions');
  const prefixes = regions.list().flatMap((item) => {
    const region = item.get('region').text();
    return item
      .get('cidrs')
      .list()
      .map((listed) => [listed.get('cidr').prefix(), region] as const);
  });
  if (prefixes.length === 0) regions.refuse('expected at least one prefix');
  return Object.freeze({ cloud: 'Oracle', date, version, prefixes: Object.freeze(prefixes) });
}
