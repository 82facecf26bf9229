import { GLOBAL } from './global-region.ts';
import { JsonNode } from './json-node.ts';
import type { CloudSource } from './source.ts';

/**
 * Fastly's `public-ip-list` (https://www.fastly.com/documentation/reference/api/utils/public-ip-list/).
 * Its addresses are announced from everywhere: the region is `global`. It has neither date nor version.
 * @param text the file
 * @param name what messages call it
 * @throws SyntaxError if it is malformed, naming the place, or lists no prefix
 */
export function readFastly(text: string, name: string): CloudSource {
  const file = JsonNode.parse(text, name);
  const addresses = file.get('addresses');
  const prefixes = [...addresses.list(), ...file.get('ipv6_addresses').list()].map(
    (item) => [item.prefix(), GLOBAL] as const,
  );
  if (prefixes.length === 0) addresses.refuse('expected at least one prefix');
  return Object.freeze({
    cloud: 'Fastly',
    date: null,
    version: '',
    prefixes: Object.freeze(prefixes),
  });
}
