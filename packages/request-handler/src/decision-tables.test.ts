import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudRanges, compileNetworks, compileRanges } from '@archeio/clouds';
import { parseAddr, parsePrefix } from '@archeio/netip';
import { atOnce } from '@archeio/redirect';
import { compileDecisionTables } from './decision-tables.ts';

test('the tables know places of ranges and networks, hosts and backends', () => {
  const ranges = CloudRanges.decode(compileRanges([]));
  const { places, hostRegistries, policy } = atOnce(
    compileDecisionTables(
      {
        pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
        networks: compileNetworks({ office: [parsePrefix('203.0.113.0/24')] }),
        registries: [
          {
            name: 'a',
            hosts: ['a.example'],
            prefix: '',
            upstreams: [{ name: 'up', url: 'https://up.example', path: '' }],
          },
        ],
        stores: [],
        stayUpstream: [],
      },
      ranges,
    ),
  );
  assert.equal(places.places[places.place(parseAddr('203.0.113.9'))].cloud, 'office');
  assert.deepEqual(hostRegistries.hosts, ['a.example']);
  assert.deepEqual(
    policy.backends.map(({ name }) => name),
    ['up'],
  );
});
