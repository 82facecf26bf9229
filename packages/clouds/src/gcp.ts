import { JsonNode } from './json-node.ts';
import type { CloudSource } from './source.ts';

const minute = 60_000;

/**
 * The date with its offset; null if the two do not match. `creationTime` is the provider's local time
 * without an offset, `syncToken` the same instant in milliseconds since 1970 UTC.
 */
function joinDate(creationTime: string, syncToken: string): string | null {
  if (!/^\d+$/.test(syncToken)) return null;
  const local = Date.parse(`${creationTime}Z`);
  const offset = (local - Number(syncToken)) / minute;
  if (!Number.isInteger(offset) || Math.abs(offset) > 14 * 60) return null;
  const hours = String(Math.trunc(Math.abs(offset) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offset) % 60).padStart(2, '0');
  return `${creationTime}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}

/**
 * Google's `cloud.json` (https://cloud.google.com/vpc/docs/configure-private-google-access#ip-addr-defaults):
 * the addresses of customers' machines.
 * @param name of the file, for error messages
 * @throws SyntaxError if it is malformed, naming the place, or lists no prefix
 */
export function readGcp(text: string, name: string): CloudSource {
  const file = JsonNode.parse(text, name);
  const version = file.get('syncToken').text();
  const creationTime = file.get('creationTime');
  const created = creationTime.text();
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/.test(created) ||
    Number.isNaN(Date.parse(created))
  ) {
    creationTime.refuse(
      `expected a date such as "2026-07-29T07:05:53.849365", got ${JSON.stringify(created)}`,
    );
  }
  const list = file.get('prefixes');
  const prefixes = list.list().map((item) => {
    const key = ['ipv4Prefix', 'ipv6Prefix'].find((each) => item.has(each));
    if (key === undefined) return item.refuse('expected ipv4Prefix or ipv6Prefix');
    return [item.get(key).prefix(), item.get('scope').text()] as const;
  });
  if (prefixes.length === 0) list.refuse('expected at least one prefix');
  const date = joinDate(created, version);
  return Object.freeze({ cloud: 'GCP', date, version, prefixes: Object.freeze(prefixes) });
}
