import { Pacer } from '../../packages/mirror/src/pacer.ts';
import { RegistryClient } from '../../packages/mirror/src/source/registry/registry-client.ts';
import {
  RegistrySource,
  type RegistrySourceOptions,
} from '../../packages/mirror/src/source/registry/registry-source.ts';
import { MACHINE_TIMING } from '../../packages/mirror/src/timing.ts';

/** A registry as the mirror reads it, in this process, without waits between attempts. */
export function openSource(
  origin: string,
  more: Partial<RegistrySourceOptions> = {},
): RegistrySource {
  const timing = { ...MACHINE_TIMING, sleep: () => Promise.resolve() };
  const pacer = new Pacer(timing, 0);
  const client = new RegistryClient({ origin, credentials: () => undefined, pacer, timing });
  const options = { path: '', from: 'list', names: undefined, bytes: pacer, timing } as const;
  return new RegistrySource(client, { ...options, ...more });
}
