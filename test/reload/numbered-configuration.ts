import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { digest } from '../serving/configurations.ts';

/** Enough to notice one more configuration in memory: about 1 MB. */
const PREFIXES = 4000;

/** A prefix that no client of a test is in. */
function prefix(number: number): string {
  return `2001:db8:${number.toString(16)}::/48`;
}

/**
 * A configuration that every redirect identifies: its host and path contain its number. Places, stores and registries
 * have other indices in each, so that mixing two of them is noticed.
 */
export function numbered(generation: number, entries = 10_000): ConfigurationSource {
  const padding = Array.from({ length: generation % 3 }, (_, at) => `padding-${at}`);
  const spread = (at: number): string[] =>
    Array.from({ length: PREFIXES / 4 }, (_, each) => prefix(1 + at * PREFIXES + each));
  return {
    version: 1,
    listen: { host: '127.0.0.1', port: 0 },
    pages: {
      info: `https://info-${generation}.example/of-${generation}`,
      privacy: `https://privacy-${generation}.example/of-${generation}`,
    },
    networks: {
      ...Object.fromEntries(padding.map((name, at) => [name, spread(at)])),
      here: ['127.0.0.0/8', ...spread(padding.length)],
    },
    registries: [
      ...padding.map((name) => ({
        name,
        prefix: `${name}/`,
        upstreams: [{ name: `upstream-${name}`, url: 'https://padding.example' }],
      })),
      {
        name: 'images',
        upstreams: [
          {
            name: 'upstream',
            url: `https://upstream-${generation}.example`,
            path: `of-${generation}`,
          },
        ],
        signatures: { url: `https://signatures-${generation}.example`, path: `of-${generation}` },
      },
    ],
    stores: [
      ...padding.map((name) => ({
        name,
        url: 'https://padding.example',
        key: '{digest}',
        near: [{ cloud: name }],
        check: 'none' as const,
      })),
      {
        name: 'store',
        url: `https://store-${generation}.example`,
        key: `of-${generation}/{digest}`,
        near: [{ cloud: 'here' }],
        check: 'none',
      },
    ],
    presence: { entries },
    health: { every: '1h' },
    stop: { delay: '0ms', timeout: '5s' },
  };
}

/** What clients request, and how each answer begins. */
export const ASKED = [
  { target: '/', host: 'info' },
  { target: '/privacy', host: 'privacy' },
  { target: '/v2/pause/manifests/3.9', host: 'upstream' },
  { target: '/v2/pause/tags/list?n=5', host: 'upstream' },
  { target: `/v2/pause/manifests/${digest(1).replace(':', '-')}.sig`, host: 'signatures' },
  { target: `/v2/pause/blobs/${digest(7)}`, host: 'store' },
] as const;

/** The generation of an answer; undefined if it is a mixture or something else. */
export function generationOf(host: string, location: string | undefined): number | undefined {
  const match = /^https:\/\/([a-z]+)-(\d+)\.example\/(?:v2\/)?of-(\d+)(?:\/|$)/.exec(
    location ?? '',
  );
  return match !== null && match[1] === host && match[2] === match[3]
    ? Number(match[2])
    : undefined;
}
