import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { type ConfiguredProcess, type Runtime, startWith } from '../parts/archeio-process.ts';
import { type Balancer, startBalancer } from '../parts/balancer.ts';
import type { NetworkNamespace } from '../parts/network-namespace.ts';
import type { Network } from './networks.ts';

/** Archeio behind a load balancer, which records the requests of the clients and their waits. */
export type Front = Balancer & Pick<ConfiguredProcess, 'adminPort' | 'configure'>;

/** Starts one whose clients are all in one network, and in a namespace if given. */
export async function startFront(
  { namespace }: { readonly namespace?: NetworkNamespace },
  runtime: Runtime,
  source: ConfigurationSource,
  { address }: Network,
): Promise<Front> {
  await using parts = new AsyncDisposableStack();
  const archeio = parts.use(await startWith(runtime, source));
  const balancer = parts.use(await startBalancer(archeio, address));
  if (namespace !== undefined) parts.use(await namespace.open(balancer.port));
  const running = parts.move();
  const { adminPort } = archeio;
  return {
    ...balancer,
    adminPort,
    configure: (content) => archeio.configure(content),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
