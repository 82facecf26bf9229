import { error, type Finding } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { isLoopback } from './loopback.ts';
import type { SoundParts } from './sound-parts.ts';

/** Whether a URL leads to a host and port that a registry says it serves; without a port any port is meant. */
function isServed(url: URL, pattern: string): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const [, host = '', only] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  if (only !== undefined && only !== port) return false;
  return host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host;
}

function backendsOf({ registries, stores }: SoundParts): { path: KeyPath; url: string }[] {
  return [
    ...registries.flatMap(({ index, value: { upstreams, signatures } }) => [
      ...upstreams.map(({ url }, at) => ({
        path: ['registries', index, 'upstreams', at, 'url'],
        url,
      })),
      ...(signatures
        ? [{ path: ['registries', index, 'signatures', 'url'], url: signatures.url }]
        : []),
    ]),
    ...stores.map(({ index, value: { url } }) => ({ path: ['stores', index, 'url'], url })),
  ];
}

/**
 * A backend on a host that we serve ourselves would send clients round in a circle. Where every host is served
 * (`*`), only our own port on this machine can be told.
 */
export function loops(parts: SoundParts): Finding[] {
  const patterns = parts.registries.flatMap(({ value: { hosts } }) => hosts);
  return backendsOf(parts).flatMap(({ path, url: text }) => {
    const url = new URL(text);
    const ours = isLoopback(url.hostname) && url.port === String(parts.listen?.port);
    return ours || patterns.some((pattern) => isServed(url, pattern))
      ? [error(path, `${text} is on a host that is served here: a redirect there would come back`)]
      : [];
  });
}
