import { JsonNode } from './json-node.ts';
import type { CloudSource } from './source.ts';

const tagPrefix = 'AzureCloud.';

/**
 * Azure's `ServiceTags_Public.json` (https://learn.microsoft.com/azure/virtual-network/service-tags-overview):
 * only the tags `AzureCloud.<region>`, the addresses of a region. Other tags, and `AzureCloud`
 * itself, repeat the same addresses. The file has no date, only a change number.
 * @param name of the file, for error messages
 * @throws SyntaxError if it is malformed, naming the place, or lists no prefix of a region
 */
export function readAzure(text: string, name: string): CloudSource {
  const file = JsonNode.parse(text, name);
  const version = String(file.get('changeNumber').wholeNumber());
  const values = file.get('values');
  const prefixes = values.list().flatMap((tag) => {
    const tagName = tag.get('name').text();
    if (!tagName.startsWith(tagPrefix)) return [];
    const properties = tag.get('properties');
    const named = properties.get('region').value;
    const region =
      named === undefined || named === ''
        ? tagName.slice(tagPrefix.length)
        : properties.get('region').text();
    if (region === '') tag.get('name').refuse(`expected a region after "${tagPrefix}"`);
    return properties
      .get('addressPrefixes')
      .list()
      .map((item) => [item.prefix(), region] as const);
  });
  if (prefixes.length === 0) {
    values.refuse(`expected at least one prefix in a tag ${tagPrefix}<region>`);
  }
  return Object.freeze({ cloud: 'Azure', date: null, version, prefixes: Object.freeze(prefixes) });
}
