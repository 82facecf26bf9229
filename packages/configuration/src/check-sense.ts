import { MOST_CONSIDERED } from '@archeio/redirect';
import { error, type Finding, warning } from './finding.ts';
import { redirectPort } from './check-tls.ts';
import { isSameAddress } from './same-address.ts';
import type { ValidParts } from './valid-parts.ts';

/** Stores that no rule selects. */
function* unreachable({ stores, stayUpstream, networks = [] }: ValidParts): Generator<Finding> {
  if (stores.some(({ value }) => value.enabled && value.failover === 'region')) return;
  const stays = new Set(stayUpstream.flatMap(({ cloud, regions }) => (regions ? [] : [cloud])));
  for (const { index, value } of stores) {
    if (!value.enabled || value.default === true) continue;
    const { near = [], name } = value;
    const matching = near.filter(({ cloud, regions }) => !regions || !networks.includes(cloud));
    if (matching.some(({ cloud }) => !stays.has(cloud))) continue;
    const path = ['stores', index];
    const unreached = `no client can reach store ${JSON.stringify(name)}`;
    if (matching.length > 0) {
      // Only a warning: operators use stayUpstream as a switch to keep a cloud from its stores for a while.
      yield warning(path, `${unreached}: all its clients stay on the upstream (stayUpstream)`);
      continue;
    }
    const why =
      near.length === 0
        ? 'it has no near, is not a default, and no store fails over to it'
        : 'its near names regions of a network, which has none';
    yield error(
      path,
      `${unreached}: ${why}; set near or default: true, or enabled: false while it is unused`,
    );
  }
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

function* ports({ listen }: ValidParts): Generator<Finding> {
  if (listen === undefined) return;
  const { host, port, admin } = listen;
  if (port !== 0 && port === admin.port && isSameAddress(host, admin.host))
    yield error(
      ['listen', 'admin', 'port'],
      `port ${port} is already listen.port: choose another for the admin listener`,
    );
}

function* times({ presence, health }: ValidParts): Generator<Finding> {
  if (presence && presence.budget > presence.timeout)
    yield warning(
      ['presence', 'budget'],
      'is longer than presence.timeout: every check ends before the budget does',
    );
  if (presence && presence.absentFor > presence.presentFor)
    yield warning(
      ['presence', 'absentFor'],
      'is longer than presence.presentFor: new blobs are noticed late',
    );
  if (health && health.timeout > health.every)
    yield warning(
      ['health', 'timeout'],
      'is longer than health.every: the next health check starts before the previous one ends',
    );
}

/** A wrong secret also causes 403: only reading a body proves that the signatures are good. */
function unprovenSignatures({ stores }: ValidParts): Finding[] {
  return stores
    .filter(
      ({ value: { presign, forbidden, probe } }) => presign && forbidden === 'absent' && !probe,
    )
    .map(({ index }) =>
      warning(
        ['stores', index, 'forbidden'],
        'is absent, but refused credentials cause 403 as well, so that every blob may look absent: set probe to the digest of a blob in the store',
      ),
    );
}

/** Events that are on, but never written. */
function silentEvents({ events }: ValidParts): Finding[] {
  return events === undefined || events.sample > 0 || events.always.length > 0
    ? []
    : [
        warning(
          ['events', 'sample'],
          'is 0, and events.always is empty: no event is ever written; leave out events to turn them off',
        ),
      ];
}

/** Combinations of valid values that make no sense. */
export function* senseless(parts: ValidParts): Generator<Finding> {
  yield* unreachable(parts);
  yield* tooManyDefaults(parts);
  yield* ports(parts);
  yield* redirectPort(parts);
  yield* times(parts);
  yield* unprovenSignatures(parts);
  yield* silentEvents(parts);
}
