import { error, type Finding, warning } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { isLoopback } from './loopback.ts';
import type { SoundParts } from './sound-parts.ts';

/** A host in a pattern of hosts; without a port any port is meant. */
interface Served {
  /** Without a star at its beginning; empty where every host is meant. */
  readonly name: string;
  /** The names below it are served, not itself. */
  readonly below: boolean;
  readonly port: string | undefined;
}

function readPattern(pattern: string): Served {
  const [, star = '', name = '', port] =
    /^(\*\.?)?(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  return { name, below: star !== '', port };
}

/** Whether a URL leads to what is served, or only to a name that clients trust as much. */
function relation(url: URL, { name, below, port }: Served): 'served' | 'trusted' | undefined {
  if (name === '') return undefined;
  const isBelow = url.hostname.endsWith(`.${name}`);
  if (!isBelow && url.hostname !== name) return undefined;
  const urlPort = url.port || (url.protocol === 'https:' ? '443' : '80');
  return isBelow === below && (port ?? urlPort) === urlPort ? 'served' : 'trusted';
}

interface Backend {
  readonly path: KeyPath;
  readonly url: string;
  readonly isStore?: boolean;
}

function backendsOf({ registries, stores }: SoundParts): Backend[] {
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
    ...stores.map(({ index, value: { url } }) => ({
      path: ['stores', index, 'url'],
      url,
      isStore: true,
    })),
  ];
}

/**
 * A backend on a host that we serve ourselves would send clients round in a circle. Where every host is served
 * (`*`), only our own port on this machine can be told. Below a name that we serve, or on another port of it, clients
 * keep the Authorization that they were asked for with, which object storage refuses.
 */
export function loops(parts: SoundParts): Finding[] {
  const served = parts.registries.flatMap(({ value: { hosts } }) => hosts.map(readPattern));
  return backendsOf(parts).flatMap(({ path, url: text, isStore }) => {
    const url = new URL(text);
    const ours = isLoopback(url.hostname) && url.port === String(parts.listen?.port);
    const relations = new Set(served.map((each) => relation(url, each)));
    if (ours || relations.has('served'))
      return [
        error(path, `${text} is on a host that is served here: a redirect there would come back`),
      ];
    return isStore === true && relations.has('trusted') && !isLoopback(url.hostname)
      ? [
          warning(
            path,
            `${text} is on a name that is served here or below one: clients keep their Authorization on the way there, and object storage refuses it; give it a name elsewhere`,
          ),
        ]
      : [];
  });
}
