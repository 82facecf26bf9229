import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { prefix, tokenUrl } from './values.ts';

/** Who may ask for the reason of an answer (docs/reference/request-handling.md, "Asking why"). */
export const explain = z
  .strictObject({ header: z.strictObject({ from: z.array(prefix).min(1) }).optional() })
  .optional();

/** How traces of other services continue (docs/guides/traces.md). */
export const traces = z
  .strictObject({
    sample: z.number().min(0).max(1).default(DEFAULTS.traces.sample),
    trustedPeers: z.array(prefix).prefault([...DEFAULTS.traces.trustedPeers]),
  })
  .optional();

/** What ties requests together and to other logs (docs/reference/request-handling.md, "Request IDs" and "Pull IDs"). */
export const correlation = z
  .strictObject({
    requestId: z.boolean().default(DEFAULTS.correlation.requestId),
    token: z.boolean().default(DEFAULTS.correlation.token),
    realm: tokenUrl.optional(),
  })
  .refine(({ token, realm }) => !token || realm !== undefined, {
    path: ['realm'],
    message:
      'required with token: true: the URL at which clients reach /token, such as https://registry.example/token',
  })
  .prefault({});
