import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';

/** Events that are written even if the sample leaves them out. */
const always = z.enum(['errors']);

/** Decision events (docs/reference/events.md). Without this key, none are written. */
export const events = z
  .strictObject({
    /** `stdout`, or the path of a file; `./stdout` is a file. */
    to: z
      .string()
      .min(1)
      // Opened a second time, it would have two writers.
      .refine((to) => to !== '/dev/stdout' && to !== '/dev/stderr', 'expected stdout or a file')
      .default(DEFAULTS.events.to),
    /** Share of the requests that are written. */
    sample: z.number().min(0).max(1).default(DEFAULTS.events.sample),
    always: z.array(always).prefault([...DEFAULTS.events.always]),
    client: z.enum(['none', 'prefix', 'full']).default(DEFAULTS.events.client),
  })
  .optional();
