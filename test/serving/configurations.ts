import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';

/**
 * A front with one default store for all clients. Its upstream cannot be reached, which is logged as soon as a canary
 * or a check notices: tests of the whole log use {@link upstreamAt}.
 */
export function withStore(
  storeUrl: string,
  more: Partial<ConfigurationSource> = {},
): ConfigurationSource {
  return {
    version: 1,
    listen: { host: '127.0.0.1', port: 0 },
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    ...upstreamAt('https://upstream.example'),
    stores: [{ name: 'store', url: storeUrl, key: '{digest}', default: true }],
    stop: { delay: '0ms', timeout: '5s' },
    ...more,
  };
}

/** The only registry, its upstream at this URL. */
export function upstreamAt(url: string): Pick<ConfigurationSource, 'registries'> {
  return { registries: [{ name: 'k8s', upstreams: [{ name: 'upstream', url, path: 'images' }] }] };
}

/** An upstream that passes every canary, and has no blob. */
export async function startUpstream(): Promise<StoreServer> {
  const upstream = await startStore();
  upstream.put('v2/', Buffer.from('{}'));
  return upstream;
}

/** The digest with this number. */
export function digest(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

/** Asks for the blob with this number, without following the redirect. */
export async function pull(
  port: number,
  number: number,
): Promise<{ status: number; location: string | null; waited: number }> {
  const begun = performance.now();
  const { status, headers } = await fetch(
    `http://127.0.0.1:${port}/v2/pause/blobs/${digest(number)}`,
    { redirect: 'manual' },
  );
  return { status, location: headers.get('location'), waited: performance.now() - begun };
}
