import { readHostName, MOST_CONSIDERED } from '@archeio/redirect';
import { error, type Finding, warning } from './finding.ts';
import type { SoundParts } from './sound-parts.ts';

/** Stores that no rule leads to. */
function unreachable({ stores, stayUpstream, networks = [] }: SoundParts): Finding[] {
  const failover = stores.some(({ value }) => value.enabled && value.failover === 'region');
  const stays = new Set(stayUpstream.flatMap(({ cloud, regions }) => (regions ? [] : [cloud])));
  return stores.flatMap(({ index, value }) => {
    if (!value.enabled || value.default === true || failover) return [];
    const { near = [], name } = value;
    const matching = near.filter(({ cloud, regions }) => !regions || !networks.includes(cloud));
    if (matching.some(({ cloud }) => !stays.has(cloud))) return [];
    const unreached = `no client can reach store ${JSON.stringify(name)}`;
    // A switch for the day on which a cloud is to be kept from its stores: it must not refuse the configuration.
    if (matching.length > 0)
      return [
        warning(
          ['stores', index],
          `${unreached}: all its clients stay on the upstream (stayUpstream)`,
        ),
      ];
    const why =
      near.length === 0
        ? 'it is near no cloud or network, not the default, and no store fails over'
        : 'it is near regions of a network, which has none';
    return [
      error(
        ['stores', index],
        `${unreached}: ${why}; say near or default: true, or enabled: false while it is not used`,
      ),
    ];
  });
}

/** A request considers a bounded number of defaults: those behind them would never be used. */
function tooManyDefaults({ stores }: SoundParts): Finding[] {
  return stores
    .filter(({ value }) => value.enabled && value.default === true && value.near === undefined)
    .slice(MOST_CONSIDERED, MOST_CONSIDERED + 1)
    .map(({ index, value }) =>
      error(
        ['stores', index, 'default'],
        `no client can reach store ${JSON.stringify(value.name)}, nor the defaults after it: a request considers the first ${MOST_CONSIDERED} defaults; say near instead`,
      ),
    );
}

const EVERY_ADDRESS = new Set(['::', '0.0.0.0', '']);

function ports({ listen }: SoundParts): Finding[] {
  if (listen === undefined) return [];
  const { host, port, admin } = listen;
  const same =
    readHostName(host).name === readHostName(admin.host).name ||
    EVERY_ADDRESS.has(host) ||
    EVERY_ADDRESS.has(admin.host);
  return port !== 0 && port === admin.port && same
    ? [
        error(
          ['listen', 'admin', 'port'],
          `port ${port} is already listen.port: choose another for the admin listener`,
        ),
      ]
    : [];
}

function times({ presence, health }: SoundParts): Finding[] {
  return [
    ...(presence && presence.budget > presence.timeout
      ? [
          warning(
            ['presence', 'budget'],
            'is longer than presence.timeout: a check ends before that, and nobody waits so long',
          ),
        ]
      : []),
    ...(presence && presence.absentFor > presence.presentFor
      ? [
          warning(
            ['presence', 'absentFor'],
            'is longer than presence.presentFor: a blob that arrives is seen late',
          ),
        ]
      : []),
    ...(health && health.timeout > health.every
      ? [
          warning(
            ['health', 'timeout'],
            'is longer than health.every: the next probe falls due before the last one ends',
          ),
        ]
      : []),
  ];
}

/** A wrong secret is answered with 403 as well: only a body that is read shows that the signatures are good. */
function unprovenSignatures({ stores }: SoundParts): Finding[] {
  return stores.flatMap(({ index, value: { presign, forbidden, probe } }) =>
    presign !== undefined && forbidden === 'absent' && probe === undefined
      ? [
          warning(
            ['stores', index, 'forbidden'],
            'is absent, and credentials that are refused look the same: name a blob that is there as probe, or every blob may seem to be missing',
          ),
        ]
      : [],
  );
}

/** What is no mistake in any one place, and yet cannot be meant. */
export function senseless(parts: SoundParts): Finding[] {
  return [
    ...unreachable(parts),
    ...tooManyDefaults(parts),
    ...ports(parts),
    ...times(parts),
    ...unprovenSignatures(parts),
  ];
}
