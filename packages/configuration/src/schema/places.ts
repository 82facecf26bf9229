import { z } from 'zod';
import { label, prefix } from './values.ts';

/** Clients by where they are: a cloud or one of `networks`, and of a cloud some regions or all. */
export const near = z.array(
  z.strictObject({
    cloud: z.string().min(1),
    regions: z.array(z.string().min(1)).min(1).optional(),
  }),
);

/** Networks of one's own, by name: each can stand wherever a cloud can. */
export const networks = z.record(label, z.array(prefix).min(1));

/** What a GiB costs that a backend sends to a client: one price, or by how far away the client is. */
export const usdPerGiB = z.union([
  z.number().min(0),
  z.strictObject({
    sameRegion: z.number().min(0),
    sameCloud: z.number().min(0),
    internet: z.number().min(0),
  }),
]);
