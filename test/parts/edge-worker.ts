import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Topology } from '@archeio/client-address';
import { type ConfigurationSource, parseConfiguration } from '@archeio/configuration';
import { embed } from '../../apps/edge/build/embed.ts';
import { BUNDLE_FILES, writeBundle } from '../../apps/edge/build/write-bundle.ts';
import { ROOT } from '../../tools/source-files.ts';
import { installLocked } from './locked-packages.ts';

/** The part of miniflare that is used here. */
interface Miniflare {
  readonly ready: Promise<URL>;
  unsafeGetDirectURL(): Promise<URL>;
  dispose(): Promise<void>;
}

interface MiniflareModule {
  readonly Miniflare: new (options: unknown) => Miniflare;
  readonly convertV4MiniflareOptions: (options: unknown) => unknown;
}

/** A Worker under workerd, the runtime of Cloudflare Workers. */
export interface EdgeWorker extends AsyncDisposable {
  readonly port: number;
  /** Lines that the Worker and its runtime have written. */
  readonly log: string[];
}

/** Bytes of the ranges that ship with Archeio. */
export const SHIPPED_RANGES = readFileSync(join(ROOT, 'packages/clouds/data/ranges.bin'));

/** The configuration with which the Worker is deployed. */
export function wranglerConfiguration(): Readonly<Record<string, unknown>> {
  const text = readFileSync(join(ROOT, 'apps/edge/wrangler.jsonc'), 'utf8');
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, '').replace(/,(?=\s*[}\]])/g, ''));
}

/**
 * Runs the files of a bundle. Requests go to the runtime itself: nothing in front of it changes their targets.
 *
 * @param cacheFolder for the cache of the data centre, which later Workers can find there; without it, it ends with this one
 * @throws Error if workerd refuses the Worker
 */
export async function runBundle(folder: string, cacheFolder?: string): Promise<EdgeWorker> {
  const platform = (await (await installLocked('edge')).load('miniflare')) as MiniflareModule;
  const { compatibility_date: compatibilityDate, compatibility_flags: compatibilityFlags } =
    wranglerConfiguration();
  const log: string[] = [];
  const miniflare = new platform.Miniflare(
    platform.convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      modulesRoot: folder,
      modules: BUNDLE_FILES.map((name) => ({
        type: name.endsWith('.bin') ? 'Data' : 'ESModule',
        path: join(folder, name),
      })),
      compatibilityDate,
      compatibilityFlags,
      ...(cacheFolder !== undefined && { resourcePersistencePath: cacheFolder }),
      handleStructuredLogs: ({ message }: { readonly message: string }) => log.push(message),
    }),
  );
  await miniflare.ready;
  const { port } = await miniflare.unsafeGetDirectURL();
  return {
    port: Number(port),
    log,
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  };
}

/** Options of {@link startEdge}. */
export interface EdgeOptions {
  /** Where the client's address is (default: as deployed). */
  readonly clientAddress?: Topology;
  readonly cacheFolder?: string;
}

/** Builds a Worker with a configuration and runs it. */
export async function startEdge(
  configuration: ConfigurationSource,
  { clientAddress, cacheFolder }: EdgeOptions = {},
): Promise<EdgeWorker> {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-edge-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const embedded = embed(parseConfiguration(configuration), '0.0.0', clientAddress);
    writeBundle(folder, embedded, SHIPPED_RANGES);
    const worker = await runBundle(folder, cacheFolder);
    return {
      ...worker,
      async [Symbol.asyncDispose]() {
        await worker[Symbol.asyncDispose]();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
