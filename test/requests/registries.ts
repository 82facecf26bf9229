import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { TABLE_CONFIGURATION } from './configuration.ts';

/** Registries by Host and by prefix, and an operator's network. As in the other table, stores are never asked. */
export const REGISTRIES_CONFIGURATION: ConfigurationSource = {
  ...TABLE_CONFIGURATION,
  networks: { office: ['203.0.113.0/24'] },
  registries: [
    {
      name: 'all',
      hosts: ['registry.example'],
      upstreams: [{ name: 'upstream', url: 'https://upstream.example', path: 'proj/images' }],
    },
    {
      name: 'docker',
      hosts: ['registry.example', '*.mirror.example'],
      prefix: 'docker/',
      upstreams: [{ name: 'docker', url: 'https://docker.example', path: 'library' }],
      signatures: { url: 'https://signatures.example', path: 'signed' },
    },
    {
      name: 'quay',
      hosts: ['registry.example', 'quay.mirror.example:5000'],
      prefix: 'quay/',
      upstreams: [{ name: 'quay', url: 'https://quay.example' }],
    },
  ],
  stores: [
    ...(TABLE_CONFIGURATION.stores ?? []),
    {
      name: 'office',
      url: 'https://office.example',
      key: '{digest}',
      near: [{ cloud: 'office' }],
      check: 'none',
    },
  ],
};
