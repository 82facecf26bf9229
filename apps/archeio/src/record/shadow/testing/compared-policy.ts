import {
  atOnce,
  compilePolicy,
  type Decision,
  makeFacts,
  plan,
  type Presence,
  type Snapshot,
} from '@archeio/redirect';
import { BackendPrefixes } from '../backend-prefixes.ts';

export const HOST = 'registry.example';
export const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
export const BLOB = `/v2/pause/blobs/${DIGEST}`;

/** Places: a network that two stores share, one that a store is near to, and no network. */
export const [OFFICE, BRANCH, ELSEWHERE] = [0, 1, -1];

const near = (cloud: string) => [{ cloud }];

/** Stores that share clients, paths and hosts with others. */
export const POLICY = compilePolicy(
  {
    pages: { info: 'https://info.example/start?from=registry', privacy: 'https://privacy.example' },
    registries: [
      {
        name: 'one',
        prefix: '',
        upstreams: [{ name: 'up', url: 'https://up.example', path: 'images' }],
        signatures: { url: 'https://up.example', path: 'images/signatures' },
      },
    ],
    servedHosts: [{ registries: [0] }],
    stores: [
      { name: 'a', url: 'https://a.example', key: '{digest}', near: near('office') },
      {
        name: 'b',
        url: 'https://s3.example/b',
        key: 'x/{digest}',
        near: near('office'),
        weight: 3,
      },
      {
        name: 'last',
        url: 'https://s3.example/last',
        key: '{digest}',
        near: near('office'),
        weight: 0,
      },
      { name: 'branch', url: 'https://s3.example/b/branch', key: '{hex}', near: near('branch') },
      { name: 'cdn', url: 'https://cdn.example:8443', key: '{digest}', default: true },
    ],
    stayUpstream: [],
  },
  [
    { cloud: 'office', region: '' },
    { cloud: 'branch', region: '' },
  ],
);

export const COMPARED = { policy: POLICY, prefixes: atOnce(BackendPrefixes.inSteps(POLICY)) };

/** The decision if only one store has blobs. */
export function decisionFor(target: string, place: number, store?: string): Decision {
  const presence = ({ name }: { readonly name: string }): Presence =>
    name === store ? 'present' : 'absent';
  const snapshot: Snapshot = {
    healthy: () => true,
    condition: () => 'up',
    presence,
    upstreamHas: () => 'unknown',
    isRepository: () => true,
  };
  return plan(makeFacts('GET', target, place, 0), POLICY, snapshot);
}
