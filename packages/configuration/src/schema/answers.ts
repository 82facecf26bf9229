import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { prefix } from './values.ts';

/** Who may ask for the reason of an answer (docs/reference/request-handling.md, "Asking why"). */
export const explain = z
  .strictObject({ header: z.strictObject({ from: z.array(prefix).min(1) }).optional() })
  .optional();

/** What ties an answer to other logs (docs/reference/request-handling.md, "Request IDs"). */
export const correlation = z
  .strictObject({ requestId: z.boolean().default(DEFAULTS.correlation.requestId) })
  .prefault({});
