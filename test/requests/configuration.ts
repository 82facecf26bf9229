import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';

/** The configuration for the table of requests. Its stores are never asked, so every answer is known. */
export const TABLE_CONFIGURATION: ConfigurationSource = {
  version: 1,
  listen: { host: '127.0.0.1', port: 0 },
  clientAddress: { topology: 'google-load-balancer' },
  pages: { info: 'https://info.example/about', privacy: 'https://privacy.example' },
  registries: [
    {
      name: 'k8s',
      upstreams: [{ name: 'upstream', url: 'https://upstream.example', path: 'proj/images' }],
      signatures: { url: 'https://signatures.example', path: 'proj/images' },
    },
  ],
  stores: [
    {
      name: 'paris',
      url: 'https://paris.example',
      key: 'containers/images/{digest}',
      near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
      check: 'none',
    },
    {
      name: 'cdn',
      url: 'https://cdn.example',
      key: 'containers/images/{digest}',
      default: true,
      check: 'none',
    },
  ],
  stayUpstream: [{ cloud: 'GCP' }],
  stop: { delay: '100ms', timeout: '5s' },
};
