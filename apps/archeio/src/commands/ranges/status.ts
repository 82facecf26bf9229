import type { Environment } from '@archeio/configuration';
import type { KnownRangesStatus } from '../../supervisor/ranges/known-ranges.ts';
import { complain, formatJson, print } from '../../platform/print.ts';
import { ageDays, OLD_DAYS } from '../../supervisor/ranges/age.ts';
import { loadedRanges, type RangesOptions } from './loaded-ranges.ts';

const ageOf = (status: KnownRangesStatus): number | null => ageDays(status, Date.now());

function describe(status: KnownRangesStatus, regions: number): string {
  const { cloud, from, date, version, fetchedAt, ipv4Prefixes, ipv6Prefixes } = status;
  const edition = date ?? (version === '' ? 'undated' : `version ${version}`);
  const origin = from === 'shipped' ? 'shipped' : `fetched ${fetchedAt}`;
  const age = ageOf(status);
  const said = age === null ? 'of unknown age' : `${age} ${age === 1 ? 'day' : 'days'} old`;
  const warning = age !== null && age > OLD_DAYS ? '  OLD' : '';
  return `  ${cloud.padEnd(12)} ${String(ipv4Prefixes).padStart(6)} IPv4 and ${String(ipv6Prefixes).padStart(5)} IPv6 prefixes, ${regions} regions, ${edition}, ${origin}, ${said}${warning}\n`;
}

/** `archeio ranges status`: prints the source, age and size of each list of ranges. */
export async function status(environment: Environment, options: RangesOptions): Promise<void> {
  const known = await loadedRanges(environment, options);
  const clouds = known.status().map((each) => ({
    ...each,
    ageDays: ageOf(each),
    regions: known.ranges.places.filter(({ cloud }) => cloud === each.cloud).length,
  }));
  if (options.json) {
    await print(`${formatJson({ sources: clouds })}\n`);
    return;
  }
  await print("The providers' address ranges, as serve would start with them:\n");
  for (const each of clouds) await print(describe(each, each.regions));
  const old = clouds.filter(({ ageDays: age }) => age !== null && age > OLD_DAYS);
  if (old.length > 0) {
    complain(
      `the ranges of ${old.map(({ cloud }) => cloud).join(', ')} are older than ${OLD_DAYS} days; archeio ranges update fetches new ones`,
    );
  }
}
