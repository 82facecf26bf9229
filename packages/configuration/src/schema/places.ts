import { z } from 'zod';
import { label, prefix } from './values.ts';

/** Clients by location: a cloud, all or some of its regions, or one of `networks`. */
export const near = z.array(
  z.strictObject({
    cloud: z.string().min(1),
    regions: z.array(z.string().min(1)).min(1).optional(),
  }),
);

/** The user's networks, by name; a name can be used wherever a cloud can. */
export const networks = z.record(label, z.array(prefix).min(1));

/** Price of a GiB sent to clients: one price, or by the distance of the client. */
export const usdPerGiB = z.union([
  z.number().min(0),
  z.strictObject({
    sameRegion: z.number().min(0),
    sameCloud: z.number().min(0),
    internet: z.number().min(0),
  }),
]);
