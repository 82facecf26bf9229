import { readAws } from './aws.ts';
import { readAzure } from './azure.ts';
import { readCloudflare } from './cloudflare.ts';
import { readFastly } from './fastly.ts';
import { readGcp } from './gcp.ts';
import { readDigitalOcean, readLinode } from './geofeed.ts';
import { readOracle } from './oracle.ts';
import type { CloudSource } from './source.ts';
import type { PublishedText } from './text-line.ts';

/** A link to a list, in a page. */
export interface ListLink {
  readonly pattern: RegExp;
  /** Where it may lead, next to the page's own origin. */
  readonly origin: string;
}

/** Where a cloud publishes its addresses, and how to read them. */
export interface Provider {
  readonly cloud: string;
  /** The files that together are the list. */
  readonly urls: readonly string[];
  /** The link to the list, if the URL may return a page with such a link instead. */
  readonly link?: ListLink;
  /** @throws SyntaxError that names the file and the place */
  read(files: readonly PublishedText[]): CloudSource;
}

/** A provider with its default URL, and the paths of its files below it if they are several. */
interface Publication extends Omit<Provider, 'urls'> {
  readonly url: string;
  readonly paths?: readonly string[];
}

function oneFile(
  cloud: string,
  url: string,
  read: (text: string, name: string) => CloudSource,
  link?: ListLink,
): Publication {
  return { cloud, url, ...(link && { link }), read: ([{ text, name }]) => read(text, name) };
}

/** Azure's list has a new URL each week; its page links to it. */
const PUBLICATIONS: readonly Publication[] = [
  oneFile('AWS', 'https://ip-ranges.amazonaws.com/ip-ranges.json', readAws),
  oneFile('GCP', 'https://www.gstatic.com/ipranges/cloud.json', readGcp),
  oneFile('Azure', 'https://www.microsoft.com/en-us/download/details.aspx?id=56519', readAzure, {
    pattern: /https?:\/\/[^\s"'<>]+\/ServiceTags_Public_\d+\.json/,
    origin: 'https://download.microsoft.com',
  }),
  oneFile('Oracle', 'https://docs.oracle.com/en-us/iaas/tools/public_ip_ranges.json', readOracle),
  oneFile('DigitalOcean', 'https://digitalocean.com/geo/google.csv', readDigitalOcean),
  oneFile('Linode', 'https://geoip.linode.com/', readLinode),
  {
    cloud: 'Cloudflare',
    url: 'https://www.cloudflare.com',
    paths: ['/ips-v4', '/ips-v6'],
    read: ([ipv4, ipv6]) => readCloudflare(ipv4, ipv6),
  },
  oneFile('Fastly', 'https://api.fastly.com/public-ip-list', readFastly),
];

/** The clouds whose lists can be fetched. */
export const CLOUDS: readonly string[] = PUBLICATIONS.map(({ cloud }) => cloud);

/**
 * The providers, each at the URL that `sources` gives for its cloud, or else at its own.
 *
 * @param sources URLs by cloud (`ranges.sources`); Cloudflare's is the base of its two lists
 * @throws RangeError if a cloud is not one of {@link CLOUDS}
 */
export function providersAt(sources: Readonly<Record<string, string>>): Provider[] {
  const unknown = Object.keys(sources).find((cloud) => !CLOUDS.includes(cloud));
  if (unknown !== undefined) {
    throw new RangeError(
      `cannot use the address of cloud ${JSON.stringify(unknown)}: expected one of ${CLOUDS.join(', ')}`,
    );
  }
  return PUBLICATIONS.map(({ url, paths = [''], ...provider }) => {
    const base = sources[provider.cloud] ?? url;
    return { ...provider, urls: paths.map((path) => base + path) };
  });
}
