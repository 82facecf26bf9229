import type { ConfigurationSource } from '@archeio/configuration';
import { SOURCE } from './assembled.ts';

const PARIS = [{ cloud: 'AWS', regions: ['eu-west-3'] }];
const DUBLIN = [{ cloud: 'AWS', regions: ['eu-west-1'] }];

/** Two hosts, an alias, a network, stores that share or stand in, and an upstream that may not have everything. */
export const WIDE: ConfigurationSource = {
  ...SOURCE,
  networks: { office: ['203.0.113.0/28'] },
  registries: [
    {
      name: 'k8s',
      hosts: ['registry.example'],
      upstreams: [{ name: 'upstream', url: 'https://upstream.example', path: 'images' }],
      signatures: { url: 'https://signatures.example', path: 'signed', fallback: true },
    },
    {
      name: 'docker',
      hosts: ['registry.example', 'mirror.example'],
      prefix: 'docker/',
      upstreams: [{ name: 'docker', url: 'https://docker.example', path: 'library' }],
    },
  ],
  stores: [
    ...(SOURCE.stores ?? []).map((store) => ({ ...store, failover: 'region' as const })),
    { name: 'paris2', url: 'https://paris2.example', key: '{digest}', near: PARIS, weight: 0.5 },
    { name: 'dublin', url: 'https://dublin.example', key: '{digest}', near: DUBLIN },
    {
      name: 'retired',
      url: 'https://retired.example',
      key: '{digest}',
      near: PARIS,
      enabled: false,
    },
    { name: 'office', url: 'https://office.example', key: '{digest}', near: [{ cloud: 'office' }] },
  ],
};
