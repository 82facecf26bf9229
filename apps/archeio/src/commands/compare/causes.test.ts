import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Change,
  compare,
  office,
  outcome,
  registry,
  seen,
  store,
} from './testing/compared-event.ts';

const NO_STORE: Change = { stores: [] };
const LIST = { repositories: { from: 'catalog' } };
const UNREAD = { rule: 'R6', considered: [], backend: null, cloud: null, region: null };

test('each request is unchanged, goes elsewhere, or is not known for a stated cause', () => {
  const cases: readonly (readonly [string, Change, Change, object, string, 'summary'?])[] = [
    ['the same', {}, {}, {}, 'unchanged'],
    ['a store goes', {}, NO_STORE, {}, 'paris -> upstream'],
    [
      'a renamed store',
      {},
      { stores: [store('louvre', { url: 'https://paris.example' })] },
      {},
      'unchanged',
    ],
    [
      'another URL in front of the same bucket',
      {},
      { stores: [store('cdn', { checkUrl: 'https://paris.example' })] },
      {},
      'paris -> cdn',
    ],
    [
      'the same name for another bucket',
      {},
      { stores: [store('paris', { url: 'https://new.example' })] },
      {},
      'presence',
    ],
    ['a new store', {}, { stores: [store('new')] }, {}, 'presence'],
    [
      'a new store that is not checked',
      {},
      { stores: [store('new', { check: 'none' })] },
      {},
      'paris -> new',
    ],
    [
      'a new store far away',
      {},
      { stores: [store('paris'), store('far', { near: [{ cloud: 'GCP' }] })] },
      {},
      'unchanged',
    ],
    [
      'a presence that was never checked',
      { stores: [store('paris', { check: 'none' })] },
      {},
      {},
      'presence',
    ],
    [
      'no answer in time, asked as before',
      {},
      { stores: [store('paris'), store('far', { near: [{ cloud: 'GCP' }] })] },
      {
        rule: 'R12',
        considered: seen(['paris', 'unknown'], ['upstream', null]),
        backend: 'upstream',
      },
      'unchanged',
    ],
    [
      'no answer in time, asked earlier',
      { stores: [store('first'), store('paris', { near: undefined, default: true })] },
      {},
      {
        rule: 'R12',
        considered: seen(['first', 'absent'], ['paris', 'unknown'], ['upstream', null]),
        backend: 'upstream',
      },
      'presence',
    ],
    [
      'an unhealthy store',
      {},
      NO_STORE,
      { rule: 'R12', considered: seen(['paris', null], ['upstream', null]), backend: 'upstream' },
      'unchanged',
    ],
    [
      'a refused host that is served now',
      { registries: [registry({ hosts: ['other.example'] })] },
      {},
      UNREAD,
      'place',
    ],
    [
      'the same for what does not depend on the place',
      { registries: [registry({ hosts: ['other.example'] })] },
      {},
      { ...UNREAD, kind: 'manifest', reference: 'v1' },
      'null -> upstream',
    ],
    ['another topology', {}, { clientAddress: { topology: 'hops', hops: 1 } }, {}, 'clientAddress'],
    [
      'another topology, for a manifest',
      {},
      { clientAddress: { topology: 'hops', hops: 1 } },
      {
        rule: 'R9',
        kind: 'manifest',
        reference: 'v1',
        considered: seen(['upstream', null]),
        backend: 'upstream',
      },
      'unchanged',
    ],
    ['networks without an address', {}, office('192.0.2.0/24'), {}, 'networks'],
    [
      'networks with an address outside',
      {},
      office('192.0.2.0/24'),
      { client: '198.51.100.1' },
      'unchanged',
    ],
    [
      'networks with an address inside',
      {},
      office('192.0.2.0/24'),
      { client: '192.0.2.1' },
      'paris -> upstream',
    ],
    [
      'networks with a prefix inside',
      {},
      office('192.0.0.0/16'),
      { client: '192.0.2.0/24' },
      'paris -> upstream',
    ],
    [
      'networks that divide the prefix',
      {},
      office('192.0.2.128/25'),
      { client: '192.0.2.0/24' },
      'networks',
    ],
    [
      'an address that leaves a network for a cloud',
      office('35.180.0.0/16'),
      office('192.0.2.0/24'),
      {
        client: '35.180.1.1',
        cloud: 'office',
        region: '',
        rule: 'R12',
        considered: seen(['upstream', null]),
        backend: 'upstream',
      },
      'presence',
    ],
    [
      'an address that leaves a network for none',
      office('198.51.100.0/24'),
      office('192.0.2.0/24'),
      {
        client: '198.51.100.1',
        cloud: 'office',
        region: null,
        rule: 'R12',
        considered: seen(['upstream', null]),
        backend: 'upstream',
      },
      'unchanged',
    ],
    [
      'a prefix that leaves a network',
      office('198.51.100.0/24'),
      office('192.0.2.0/24'),
      {
        client: '198.51.100.0/24',
        cloud: 'office',
        region: '',
        rule: 'R12',
        considered: seen(['upstream', null]),
        backend: 'upstream',
      },
      'networks',
    ],
    ['a list of repositories', {}, { registries: [registry(LIST)] }, {}, 'repositories'],
    [
      'the same list',
      { registries: [registry(LIST)] },
      { registries: [registry(LIST)], stores: [] },
      {},
      'paris -> upstream',
    ],
    [
      'a name that was not on the list',
      { registries: [registry(LIST)] },
      { registries: [registry(LIST)] },
      UNREAD,
      'unchanged',
    ],
    [
      'a list in the configuration',
      {},
      { registries: [registry({ repositories: { from: 'list', names: ['other'] } })] },
      {},
      'paris -> null',
    ],
    ['no digest, one store', {}, NO_STORE, { reference: null }, 'paris -> upstream', 'summary'],
    [
      'no digest, and the stores share',
      {},
      { stores: [store('paris'), store('paris2')] },
      { reference: null },
      'digest',
      'summary',
    ],
    [
      'no digest, and the stores shared',
      { stores: [store('paris'), store('paris2')] },
      NO_STORE,
      { reference: null },
      'paris -> upstream',
      'summary',
    ],
    [
      'no digest, and the stores share as before',
      { stores: [store('paris'), store('paris2')] },
      { stores: [store('paris'), store('paris2')] },
      { reference: null },
      'unchanged',
      'summary',
    ],
    [
      'no digest, and another weight',
      { stores: [store('paris'), store('paris2')] },
      { stores: [store('paris'), store('paris2', { weight: 2 })] },
      { reference: null },
      'digest',
      'summary',
    ],
    [
      'another page',
      {},
      { pages: { info: 'https://other.example', privacy: 'https://privacy.example' } },
      { rule: 'R2', kind: 'page', name: null, reference: null, considered: [], backend: null },
      'null -> null',
    ],
    [
      'a region that neither knows',
      {},
      NO_STORE,
      {
        cloud: 'Acme',
        region: 'moon-1',
        considered: seen(['upstream', null]),
        rule: 'R12',
        backend: 'upstream',
      },
      'unchanged',
    ],
  ];
  for (const [what, old, next, change, expected, kind] of cases)
    assert.equal(outcome(compare(old, next, change, kind === 'summary')), expected, what);
});

test('a list that is or is not a followed link belongs to the registry that the event shows', () => {
  const hub = (path: string) => ({
    registries: [
      registry(),
      {
        name: 'hub',
        prefix: 'hub/',
        upstreams: [{ name: 'hub', url: 'https://hub.example', path }],
      },
    ],
  });
  const tags = { rule: 'R9', kind: 'tags', name: 'library/app', reference: null };
  const by = (backend: string) => ({ ...tags, backend, considered: seen([backend, null]) });
  assert.equal(outcome(compare(hub('library'), hub('library'), by('hub'))), 'unchanged');
  assert.equal(outcome(compare(hub('library'), hub('moved'), by('hub'))), 'hub -> upstream');
  assert.equal(outcome(compare(hub('library'), hub('moved'), by('upstream'))), 'unchanged');
  assert.equal(outcome(compare(hub('moved'), hub('library'), by('upstream'))), 'query');
});
