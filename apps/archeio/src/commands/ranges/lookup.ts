import { createInterface } from 'node:readline';
import { embeddedIPv4, formatAddr, formatPrefix, tryParseAddr, unmapAddr } from '@archeio/netip';
import type { CloudRanges } from '@archeio/clouds';
import type { Environment } from '@archeio/configuration';
import { complain, formatJson, print } from '../../platform/print.ts';
import { loadedRanges, type RangesOptions } from './loaded-ranges.ts';
import { ArcheioError } from '../../platform/errors.ts';

/** One result of `ranges lookup`; null if the network is unknown. */
interface Found {
  readonly address: string;
  readonly cloud: string | null;
  readonly region: string | null;
  readonly prefix: string | null;
}

/** Looks up an address given as text; undefined if it is not an address. */
export function find(ranges: CloudRanges, text: string): Found | undefined {
  const parsed = tryParseAddr(text);
  if (parsed === undefined) return undefined;
  const addr = unmapAddr(parsed);
  const inside = embeddedIPv4(addr);
  const found = ranges.lookup(addr) ?? (inside && ranges.lookup(inside));
  return {
    address: formatAddr(addr),
    cloud: found?.cloud ?? null,
    region: found?.region ?? null,
    prefix: found ? formatPrefix(found.prefix) : null,
  };
}

function printFound(found: Found, { json }: RangesOptions): void {
  const { address, cloud, region, prefix } = found;
  const text =
    cloud === null ? `${address}  unknown` : `${address}  ${cloud}  ${region}  ${prefix}`;
  void print(`${json ? formatJson(found) : text}\n`);
}

async function lookupLines(ranges: CloudRanges, options: RangesOptions): Promise<void> {
  let line = 0;
  let bad = 0;
  for await (const text of createInterface({ input: process.stdin })) {
    line++;
    if (text.trim() === '') continue;
    const found = find(ranges, text.trim());
    if (found !== undefined) {
      printFound(found, options);
      continue;
    }
    bad++;
    const error = `cannot read address ${JSON.stringify(text)}`;
    if (options.json) await print(`${formatJson({ line, error })}\n`);
    complain(`standard input, line ${line}: ${error}`);
  }
  if (bad > 0)
    throw new ArcheioError(
      'incomplete',
      `${bad} of ${line} lines of standard input could not be read`,
      { printed: 'json' },
    );
}

/** `archeio ranges lookup`: prints cloud, region and prefix of each address. */
export async function lookup(
  environment: Environment,
  addresses: readonly string[],
  options: RangesOptions,
): Promise<void> {
  const bad = addresses.find((text) => text !== '-' && tryParseAddr(text) === undefined);
  if (bad !== undefined)
    throw new ArcheioError(
      'usage',
      `cannot read address ${JSON.stringify(bad)}: expected an IPv4 or IPv6 address`,
    );
  if (addresses.filter((text) => text === '-').length > 1) {
    throw new ArcheioError('usage', 'cannot read standard input twice: expected one "-" at most');
  }
  const { ranges } = await loadedRanges(environment, options);
  for (const text of addresses) {
    const found = find(ranges, text);
    if (found === undefined) await lookupLines(ranges, options);
    else printFound(found, options);
  }
}
