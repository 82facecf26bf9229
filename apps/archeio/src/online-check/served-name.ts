import { bad, type Sight } from './finding.ts';

/** The name in a pattern of hosts, without its port and without the star; empty where it means every host. */
function nameIn(pattern: string): string {
  return pattern
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\*\.?/, '');
}

/** What is to be said of a backend that is on a name that we serve, or below one. */
export function checkServedName(url: string, hosts: readonly string[]): Sight[] {
  const { hostname } = new URL(url);
  for (const pattern of hosts) {
    const name = nameIn(pattern);
    if (name === '') continue;
    if (hostname === name)
      return [
        bad(
          `it is on ${hostname}, a name that is served here`,
          'a redirect there would come back; give it a name of its own',
        ),
      ];
    if (hostname.endsWith(`.${name}`))
      return [
        bad(
          `it is on ${hostname}, below ${name}, which is served here`,
          'clients keep their Authorization on a redirect to a subdomain, and object storage refuses requests that have one; give it a name elsewhere',
        ),
      ];
  }
  return [];
}
