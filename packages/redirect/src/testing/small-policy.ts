import { type Facts, makeFacts, type Presence, type Snapshot } from '../facts.ts';
import { compilePolicy, type PolicyOptions } from '../policy.ts';

export const PLACES = [
  { cloud: 'AWS', region: 'eu-west-3' },
  { cloud: 'GCP', region: 'us-central1' },
];
/** Places for {@link factsOf}. */
export const [UNKNOWN, PARIS, GCP] = [-1, 0, 1];

export const OPTIONS: PolicyOptions = {
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  registries: [
    {
      name: 'k8s',
      prefix: '',
      upstreams: [
        { name: 'one', url: 'https://one.example', path: 'proj/images' },
        { name: 'two', url: 'https://two.example', path: 'proj/images' },
      ],
      signatures: { url: 'https://sig.example', path: 'proj/images' },
    },
  ],
  servedHosts: [{ registries: [0] }],
  stores: [
    {
      name: 'paris',
      url: 'https://paris.example',
      key: 'containers/images/{digest}',
      near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
    },
    { name: 'cdn', url: 'https://cdn.example', key: 'containers/images/{digest}', default: true },
  ],
  stayUpstream: [{ cloud: 'GCP' }],
};
export const POLICY = compilePolicy(OPTIONS, PLACES);
export const HEX = '0123456789abcdef'.repeat(4);

/** What a {@link snapshot} knows, by the names of the backends. */
export interface State {
  conditions?: Partial<Record<string, 'up' | 'down' | 'trial'>>;
  presence?: Partial<Record<string, Presence>>;
  ready?: boolean;
}

export function snapshot({ conditions = {}, presence = {}, ready = true }: State): Snapshot {
  return {
    healthy: () => ready,
    condition: ({ name }) => conditions[name] ?? 'up',
    presence: ({ name }) => presence[name] ?? 'unasked',
    upstreamHas: () => 'unknown',
    isRepository: () => true,
  };
}

export function factsOf(target: string, place = UNKNOWN, method = 'GET'): Facts {
  return makeFacts(method, target, place, 0);
}
