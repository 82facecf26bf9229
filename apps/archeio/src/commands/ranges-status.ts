import { shippedRanges } from '../shipped.ts';

export interface StatusOptions {
  readonly json?: boolean;
}

const DAY = 86_400_000;

/** `archeio ranges status`: prints where the ranges come from, how old and how many they are. */
export function status(options: StatusOptions): void {
  const ranges = shippedRanges();
  const sources = ranges.sources.map(({ cloud, date, version }) => ({
    cloud,
    date,
    version,
    ageDays: date === null ? null : Math.floor((Date.now() - Date.parse(date)) / DAY),
    ipv4Prefixes: ranges.prefixCount(cloud, 4),
    ipv6Prefixes: ranges.prefixCount(cloud, 6),
    regions: ranges.places.filter((place) => place.cloud === cloud).length,
  }));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ from: 'shipped', sources })}\n`);
    return;
  }
  process.stdout.write('The ranges that ship with this version:\n');
  for (const { cloud, date, version, ageDays, ipv4Prefixes, ipv6Prefixes, regions } of sources) {
    const when =
      date === null ? `no date published (version ${version})` : `${date} (${ageDays} days old)`;
    process.stdout.write(
      `  ${cloud.padEnd(6)} ${String(ipv4Prefixes).padStart(6)} IPv4 and ${String(ipv6Prefixes).padStart(5)} IPv6 prefixes, ${regions} regions, ${when}\n`,
    );
  }
}
