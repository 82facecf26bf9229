import { readHostName, MOST_CONSIDERED } from '@archeio/redirect';
import { error, type Finding, warning } from './finding.ts';
import type { ValidParts } from './valid-parts.ts';

/** Stores that no rule selects. */
function unreachable({ stores, stayUpstream, networks = [] }: ValidParts): Finding[] {
  const failover = stores.some(({ value }) => value.enabled && value.failover === 'region');
  const stays = new Set(stayUpstream.flatMap(({ cloud, regions }) => (regions ? [] : [cloud])));
  return stores.flatMap(({ index, value }) => {
    if (!value.enabled || value.default === true || failover) return [];
    const { near = [], name } = value;
    const matching = near.filter(({ cloud, regions }) => !regions || !networks.includes(cloud));
    if (matching.some(({ cloud }) => !stays.has(cloud))) return [];
    const unreached = `no client can reach store ${JSON.stringify(name)}`;
    // Only a warning: operators use stayUpstream as a switch to keep a cloud from its stores for a while.
    if (matching.length > 0)
      return [
        warning(
          ['stores', index],
          `${unreached}: all its clients stay on the upstream (stayUpstream)`,
        ),
      ];
    const why =
      near.length === 0
        ? 'it has no near, is not a default, and no store fails over to it'
        : 'its near names regions of a network, which has none';
    return [
      error(
        ['stores', index],
        `${unreached}: ${why}; set near or default: true, or enabled: false while it is unused`,
      ),
    ];
  });
}

/** A request considers a bounded number of defaults: the rest would never be used. */
function tooManyDefaults({ stores }: ValidParts): Finding[] {
  return stores
    .filter(({ value }) => value.enabled && value.default === true && value.near === undefined)
    .slice(MOST_CONSIDERED, MOST_CONSIDERED + 1)
    .map(({ index, value }) =>
      error(
        ['stores', index, 'default'],
        `no client can reach store ${JSON.stringify(value.name)}, nor the defaults after it: a request considers only the first ${MOST_CONSIDERED} defaults; set near instead`,
      ),
    );
}

const EVERY_ADDRESS = new Set(['::', '0.0.0.0', '']);

function ports({ listen }: ValidParts): Finding[] {
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

function times({ presence, health }: ValidParts): Finding[] {
  return [
    ...(presence && presence.budget > presence.timeout
      ? [
          warning(
            ['presence', 'budget'],
            'is longer than presence.timeout: every check ends before the budget does',
          ),
        ]
      : []),
    ...(presence && presence.absentFor > presence.presentFor
      ? [
          warning(
            ['presence', 'absentFor'],
            'is longer than presence.presentFor: new blobs are noticed late',
          ),
        ]
      : []),
    ...(health && health.timeout > health.every
      ? [
          warning(
            ['health', 'timeout'],
            'is longer than health.every: the next health check starts before the previous one ends',
          ),
        ]
      : []),
  ];
}

/** A wrong secret also causes 403: only reading a body proves that the signatures are good. */
function unprovenSignatures({ stores }: ValidParts): Finding[] {
  return stores.flatMap(({ index, value: { presign, forbidden, probe } }) =>
    presign !== undefined && forbidden === 'absent' && probe === undefined
      ? [
          warning(
            ['stores', index, 'forbidden'],
            'is absent, but refused credentials cause 403 as well, so that every blob may look absent: set probe to the digest of a blob in the store',
          ),
        ]
      : [],
  );
}

/** Combinations of valid values that make no sense. */
export function senseless(parts: ValidParts): Finding[] {
  return [
    ...unreachable(parts),
    ...tooManyDefaults(parts),
    ...ports(parts),
    ...times(parts),
    ...unprovenSignatures(parts),
  ];
}
