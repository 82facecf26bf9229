import type { ConfigurationSource } from '../../apps/archeio/src/configuration/configuration.ts';
import { type Runtime, startWith } from '../parts/archeio-process.ts';
import { type Balancer, startBalancer } from '../parts/balancer.ts';
import type { Network } from './networks.ts';
import type { Scene } from './scene.ts';

/** archeio behind a load balancer that the clients reach: what they say to it and what they wait for is seen there. */
export type Front = Balancer & AsyncDisposable;

/** Starts one whose clients are all in one network. */
export async function startFront(
  { namespace }: Scene,
  runtime: Runtime,
  source: ConfigurationSource,
  { address }: Network,
): Promise<Front> {
  await using parts = new AsyncDisposableStack();
  const archeio = parts.use(await startWith(runtime, source));
  const balancer = parts.use(await startBalancer(archeio, address));
  parts.use(await namespace.open(balancer.port));
  const running = parts.move();
  return { ...balancer, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
