import { Pacer } from '../../apps/archeio/src/mirror/pacer.ts';
import { RegistryClient } from '../../apps/archeio/src/mirror/registry-client.ts';
import {
  RegistrySource,
  type RegistrySourceOptions,
} from '../../apps/archeio/src/mirror/registry-source.ts';
import { MACHINE_TIMING } from '../../apps/archeio/src/mirror/timing.ts';

/** A registry as the mirror reads it, in this process; waits between attempts are none. */
export function openSource(
  origin: string,
  more: Partial<RegistrySourceOptions> = {},
): RegistrySource {
  const timing = { ...MACHINE_TIMING, sleep: () => Promise.resolve() };
  const pacer = new Pacer(timing, 0);
  const client = new RegistryClient({ origin, credentials: undefined, pacer, timing });
  const options = { path: '', from: 'list', names: undefined, bytes: pacer, timing } as const;
  return new RegistrySource(client, { ...options, ...more });
}
