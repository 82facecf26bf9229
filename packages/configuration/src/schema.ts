import { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import { correlation, explain, traces } from './schema/answers.ts';
import { clientAddress } from './schema/client-address.ts';
import { events } from './schema/events.ts';
import { mirror } from './schema/mirror.ts';
import { near, networks } from './schema/places.ts';
import { health, listen, presence, ranges, stop } from './schema/process.ts';
import { registry } from './schema/registry.ts';
import { shadow } from './schema/shadow.ts';
import { store } from './schema/store.ts';
import { tls } from './schema/tls.ts';
import { page } from './schema/values.ts';

/** Schema of a version 1 configuration file; parsing returns a {@link Configuration}. */
export const configurationSchema = z.strictObject({
  version: z.literal(1),
  listen,
  tls,
  clientAddress: clientAddress.prefault({ ...DEFAULTS.clientAddress }),
  pages: z.strictObject({ info: page, privacy: page }),
  networks: networks.prefault({}),
  registries: z.array(registry).min(1),
  stores: z.array(store).prefault([]),
  stayUpstream: near.prefault([]),
  presence,
  health,
  ranges,
  explain,
  correlation,
  shadow: shadow.optional(),
  events,
  traces,
  stop,
  mirror: mirror.optional(),
});

/** The same for `archeio mirror`: the keys of `serve` are optional, but must be valid if present. */
export const mirrorConfigurationSchema = configurationSchema.partial({
  pages: true,
  registries: true,
});
