import type { ConfigurationSource } from '../../apps/archeio/src/configuration/configuration.ts';

/** A front with one default store, for everyone. */
export function withStore(
  storeUrl: string,
  more: Partial<ConfigurationSource> = {},
): ConfigurationSource {
  return {
    version: 1,
    listen: { host: '127.0.0.1', port: 0 },
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [
      {
        name: 'k8s',
        upstreams: [{ name: 'upstream', url: 'https://upstream.example', path: 'images' }],
      },
    ],
    stores: [{ name: 'store', url: storeUrl, key: '{digest}', default: true }],
    stop: { delay: '0ms', timeout: '5s' },
    ...more,
  };
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
