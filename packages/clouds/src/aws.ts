import { JsonNode } from './json-node.ts';
import type { CloudSource } from './source.ts';

/** Reads `2026-07-29-08-27-05`, which is UTC, as ISO 8601. */
function readDate(node: JsonNode): string {
  const written = node.text();
  const parts = /^(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)$/.exec(written);
  const date = parts === null ? '' : `${parts[1]}T${parts[2]}:${parts[3]}:${parts[4]}Z`;
  if (Number.isNaN(Date.parse(date))) {
    node.refuse(`expected a date such as "2026-07-29-08-27-05", got ${JSON.stringify(written)}`);
  }
  return date;
}

/**
 * Amazon's `ip-ranges.json` (https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html).
 * @param name of the file, for error messages
 * @throws SyntaxError if it is malformed, naming the place, or lists no prefix
 */
export function readAws(text: string, name: string): CloudSource {
  const file = JsonNode.parse(text, name);
  const version = file.get('syncToken').text();
  const date = readDate(file.get('createDate'));
  const ipv4 = file.get('prefixes');
  const prefixes = [
    ...ipv4
      .list()
      .map((item) => [item.get('ip_prefix').prefix(), item.get('region').text()] as const),
    ...file
      .get('ipv6_prefixes')
      .list()
      .map((item) => [item.get('ipv6_prefix').prefix(), item.get('region').text()] as const),
  ];
  if (prefixes.length === 0) ipv4.refuse('expected at least one prefix');
  return Object.freeze({ cloud: 'AWS', date, version, prefixes: Object.freeze(prefixes) });
}
