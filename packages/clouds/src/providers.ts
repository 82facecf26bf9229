import { readAws } from './aws.ts';
import { readAzure } from './azure.ts';
import { readCloudflare } from './cloudflare.ts';
import { readDigitalOcean } from './digitalocean.ts';
import { readFastly } from './fastly.ts';
import { readGcp } from './gcp.ts';
import { readLinode } from './linode.ts';
import { readOracle } from './oracle.ts';
import type { CloudSource } from './source.ts';
import type { PublishedText } from './text-line.ts';

/** Where a cloud publishes its addresses, and how that is read. */
export interface Provider {
  readonly cloud: string;
  /** The files that together are the list. */
  readonly urls: readonly string[];
  /** What follows the address that the configuration gives, one for each file. */
  readonly paths: readonly string[];
  /** Where the address may answer with a page that links to the list: the link. */
  readonly link?: RegExp;
  /** @throws SyntaxError that names the file and the place */
  read(files: readonly PublishedText[]): CloudSource;
}

function oneFile(
  cloud: string,
  url: string,
  read: (text: string, name: string) => CloudSource,
  link?: RegExp,
): Provider {
  return {
    cloud,
    urls: [url],
    paths: [''],
    ...(link && { link }),
    read: ([{ text, name }]) => read(text, name),
  };
}

/** The providers' own addresses. Azure's list has a new address each week, which its page links to. */
const PROVIDERS: readonly Provider[] = [
  oneFile('AWS', 'https://ip-ranges.amazonaws.com/ip-ranges.json', readAws),
  oneFile('GCP', 'https://www.gstatic.com/ipranges/cloud.json', readGcp),
  oneFile(
    'Azure',
    'https://www.microsoft.com/en-us/download/details.aspx?id=56519',
    readAzure,
    /https?:\/\/[^\s"'<>]+\/ServiceTags_Public_\d+\.json/,
  ),
  oneFile('Oracle', 'https://docs.oracle.com/en-us/iaas/tools/public_ip_ranges.json', readOracle),
  oneFile('DigitalOcean', 'https://digitalocean.com/geo/google.csv', readDigitalOcean),
  oneFile('Linode', 'https://geoip.linode.com/', readLinode),
  {
    cloud: 'Cloudflare',
    urls: ['https://www.cloudflare.com/ips-v4', 'https://www.cloudflare.com/ips-v6'],
    paths: ['/ips-v4', '/ips-v6'],
    read: ([ipv4, ipv6]) => readCloudflare(ipv4, ipv6),
  },
  oneFile('Fastly', 'https://api.fastly.com/public-ip-list', readFastly),
];

/** The clouds whose lists can be fetched. */
export const CLOUDS: readonly string[] = PROVIDERS.map(({ cloud }) => cloud);

/**
 * The providers, each at the address that the configuration gives for its cloud, or else at its own.
 *
 * @param sources addresses by cloud (`ranges.sources`); Cloudflare's two lists are looked for below its one
 * @throws RangeError if a cloud is none of {@link CLOUDS}
 */
export function providersAt(sources: Readonly<Record<string, string>>): Provider[] {
  const unknown = Object.keys(sources).find((cloud) => !CLOUDS.includes(cloud));
  if (unknown !== undefined) {
    throw new RangeError(
      `cannot use the address of cloud ${JSON.stringify(unknown)}: expected one of ${CLOUDS.join(', ')}`,
    );
  }
  return PROVIDERS.map((provider) => {
    const base = sources[provider.cloud];
    if (base === undefined) return provider;
    return { ...provider, urls: provider.paths.map((path) => base + path) };
  });
}
