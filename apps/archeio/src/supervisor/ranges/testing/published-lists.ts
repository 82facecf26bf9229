/** Small lists in the formats of the providers. */
export function fastly(...addresses: string[]): string {
  return JSON.stringify({ addresses, ipv6_addresses: [] });
}

export function gcp(day: string, ...addresses: string[]): string {
  return JSON.stringify({
    syncToken: String(Date.parse(`${day}T00:00:00Z`)),
    creationTime: `${day}T00:00:00`,
    prefixes: addresses.map((ipv4Prefix) => ({ ipv4Prefix, scope: 'europe-west9' })),
  });
}

export function azure(prefix: string): string {
  const properties = { region: 'x', addressPrefixes: [prefix] };
  return JSON.stringify({ changeNumber: 1, values: [{ name: 'AzureCloud.x', properties }] });
}

/** The lists of the other clouds, by path on a server with a path for each cloud. */
export const OTHER_LISTS: Readonly<Record<string, string>> = {
  '/AWS': JSON.stringify({
    syncToken: '1',
    createDate: '2026-07-29-08-27-05',
    prefixes: [{ ip_prefix: '13.0.0.0/8', region: 'eu-west-3' }],
    ipv6_prefixes: [],
  }),
  '/Azure': azure('20.0.0.0/8'),
  '/Oracle': JSON.stringify({
    last_updated_timestamp: '2026-07-21T07:13:25',
    regions: [{ region: 'eu-paris-1', cidrs: [{ cidr: '14.0.0.0/8' }] }],
  }),
  '/DigitalOcean': '15.0.0.0/8,NL,NL-NH,Amsterdam,',
  '/Linode': '16.0.0.0/8,NL,NL-NH,Amsterdam,',
  '/Cloudflare/ips-v4': '17.0.0.0/8',
  '/Cloudflare/ips-v6': '2400::/16',
};
