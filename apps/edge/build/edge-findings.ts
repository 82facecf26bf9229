import { childOf, type Configuration, error, type Finding, warning } from '@archeio/configuration';
import { MOST_ENTRIES } from './embed.ts';

/** Keys that a Worker does not read, and why: the rest of the configuration means the same without them. */
export const IGNORED: readonly (readonly [path: readonly string[], why: string])[] = [
  [['listen'], 'Cloudflare accepts the connections'],
  [['tls'], 'Cloudflare holds the certificate'],
  [['presence', 'shared'], "isolates share answers through the data centre's cache"],
  [['health'], 'a Worker sends no canaries; the checks of clients alone take a store out of use'],
  [['ranges'], 'the bundle has the ranges of the build: build and deploy again to renew them'],
  [['shadow'], 'a Worker compares no answers'],
  [['events'], 'a Worker writes no decision events; use the logs and analytics of Cloudflare'],
  [['traces'], 'a Worker exports no spans'],
  [['stop'], 'Cloudflare replaces Workers without stopping requests'],
];

/** How long the platform keeps a request's context after its answer, in milliseconds. */
const AFTER_ANSWER = 30_000;

const CONNECTING_IP = 'CF-Connecting-IP';

/** `clientAddress` that is not what a Worker does anyway. */
function otherTopology({ clientAddress }: Configuration, source: unknown): readonly Finding[] {
  if (childOf(source, 'clientAddress') === undefined) return [];
  const isSame =
    clientAddress.topology === 'header' &&
    clientAddress.prefixes === undefined &&
    clientAddress.name.toLowerCase() === CONNECTING_IP.toLowerCase();
  const why = `the address of the client is in ${CONNECTING_IP}, which Cloudflare writes`;
  return isSame ? [] : [warning(['clientAddress'], `ignored on the edge: ${why}`)];
}

/** What a store needs and a Worker does not have. */
function ofStores({ stores }: Configuration): readonly Finding[] {
  return stores.flatMap(({ enabled, presign, inventory, probe }, index) => {
    if (!enabled) return [];
    const at = (key: string): readonly PropertyKey[] => ['stores', index, key];
    const why = 'ignored on the edge:';
    return [
      ...(presign === undefined
        ? []
        : [
            error(
              at('presign'),
              'cannot sign redirects on the edge: make the bucket readable for clients, or set enabled: false in the configuration for the edge',
            ),
          ]),
      ...(inventory === undefined
        ? []
        : [warning(at('inventory'), `${why} a Worker asks the store for each blob instead`)]),
      ...(probe === undefined ? [] : [warning(at('probe'), `${why} a Worker sends no canaries`)]),
    ];
  });
}

/** Lists that a supervisor would fetch: without them, a Worker would answer differently. */
function ofRegistries({ registries }: Configuration): readonly Finding[] {
  return registries.flatMap(({ repositories }, index) =>
    repositories === undefined || repositories.from === 'list'
      ? []
      : [
          error(
            ['registries', index, 'repositories', 'from'],
            `cannot fetch lists of repositories on the edge (from: ${repositories.from}): write the names with from: list, or leave repositories out`,
          ),
        ],
  );
}

/**
 * What of a configuration cannot be on the edge: an error if clients would get other answers without it, otherwise a warning
 * that it is ignored.
 *
 * @param source as it is written, without defaults
 */
export function edgeFindings(configuration: Configuration, source: unknown): readonly Finding[] {
  const written = ([path]: (typeof IGNORED)[number]): boolean =>
    path.reduce(childOf, source) !== undefined;
  const wanted = childOf(childOf(source, 'presence'), 'entries');
  const { timeout } = configuration.presence;
  return [
    ...ofStores(configuration),
    ...ofRegistries(configuration),
    ...otherTopology(configuration, source),
    ...IGNORED.filter(written).map(([path, why]) => warning(path, `ignored on the edge: ${why}`)),
    ...(typeof wanted === 'number' && wanted > MOST_ENTRIES
      ? [
          warning(
            ['presence', 'entries'],
            `${wanted} entries do not fit into an isolate: ${MOST_ENTRIES} are kept`,
          ),
        ]
      : []),
    ...(timeout > AFTER_ANSWER
      ? [warning(['presence', 'timeout'], 'the platform ends checks 30s after the answer')]
      : []),
  ];
}
