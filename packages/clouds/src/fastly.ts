import { JsonNode } from './json-node.ts';
import { type CloudSource, GLOBAL } from './source.ts';

/**
 * Fastly's `public-ip-list` (https://www.fastly.com/documentation/reference/api/utils/public-ip-list/).
 * The addresses are announced from everywhere, so the region is `global`. There is no date or version.
 * @param name of the file, for error messages
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
