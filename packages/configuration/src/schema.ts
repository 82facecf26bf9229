import { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import { clientAddress } from './schema/client-address.ts';
import { mirror } from './schema/mirror.ts';
import { near, networks } from './schema/places.ts';
import { health, listen, presence, ranges, stop } from './schema/process.ts';
import { registry } from './schema/registry.ts';
import { store } from './schema/store.ts';
import { page } from './schema/values.ts';

/** The configuration of version 1, as it is written in a file; parsing it gives a {@link Configuration}. */
export const configurationSchema = z.strictObject({
  version: z.literal(1),
  listen,
  clientAddress: clientAddress.prefault({ ...DEFAULTS.clientAddress }),
  pages: z.strictObject({ info: page, privacy: page }),
  networks: networks.prefault({}),
  registries: z.array(registry).min(1),
  stores: z.array(store).prefault([]),
  stayUpstream: near.prefault([]),
  presence,
  health,
  ranges,
  stop,
  mirror: mirror.optional(),
});

/** The same for `archeio mirror`, which needs nothing of what is served; what is there all the same must be right. */
export const mirrorConfigurationSchema = configurationSchema.partial({
  pages: true,
  registries: true,
});
