import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { type ConfiguredProcess, type Runtime, startWith } from '../parts/archeio-process.ts';
import type { StoreServer } from '../parts/store-server.ts';
import { metrics, sumOf, until } from '../processes/several-processes.ts';
import { withStore } from '../serving/configurations.ts';

/** A store, and presence that is shared through a Redis. */
export function sharing(
  storeUrl: string,
  redis: string,
  more: ConfigurationSource['presence'] = {},
): ConfigurationSource {
  return withStore(storeUrl, { presence: { ...more, shared: { redis } } });
}

/** The number of HEADs that a store was sent. Canaries read with GET. */
export function headsOf({ accesses }: Pick<StoreServer, 'accesses'>): number {
  return accesses.filter(({ method }) => method === 'HEAD').length;
}

/** Whether a server's processes are connected to Redis. */
export async function isConnected(replica: { readonly adminPort: number }): Promise<boolean> {
  const text = await metrics(replica);
  return (
    sumOf(text, 'archeio_presence_shared_processes') > 0 &&
    /^archeio_presence_shared_processes\{state="disconnected"\} 0$/m.test(text)
  );
}

/** Servers with one configuration that are connected to its Redis. */
export interface Replicas extends AsyncDisposable {
  readonly all: readonly ConfiguredProcess[];
}

export async function startReplicas(
  runtime: Runtime,
  count: number,
  source: ConfigurationSource,
  environment: Readonly<Record<string, string>> = {},
): Promise<Replicas> {
  const started = await Promise.allSettled(
    Array.from({ length: count }, () => startWith(runtime, source, undefined, environment)),
  );
  const all = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const dispose = async (): Promise<void> => {
    await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
  };
  try {
    for (const each of started) if (each.status === 'rejected') throw each.reason;
    for (const each of all) await until('connected to Redis', () => isConnected(each));
  } catch (error) {
    await dispose();
    throw error;
  }
  return { all, [Symbol.asyncDispose]: dispose };
}
