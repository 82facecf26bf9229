import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { duration, origin } from './values.ts';

/** Headers that a shadow request has already, or must never have. */
const TAKEN: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'archeio-explain',
  'archeio-shadow',
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

const addressHeader = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'expected the name of a header')
  .refine(
    (name) => !TAKEN.has(name.toLowerCase()),
    'cannot hold an address: expected a header such as X-Forwarded-For',
  );

/** The reference that a share of the requests is also sent to (docs/guides/staging-to-production.md, "Shadow"). */
export const shadow = z
  .strictObject({
    url: origin,
    /** Share of the requests. */
    sample: z.number().min(0).max(1).default(DEFAULTS.shadow.sample),
    addressHeader: addressHeader.optional(),
    addressFormat: z.enum(['single', 'google-load-balancer']).optional(),
    timeout: duration.prefault(DEFAULTS.shadow.timeout),
  })
  .superRefine(({ addressHeader: header, addressFormat }, context) => {
    if (addressFormat !== undefined && header === undefined)
      context.addIssue({
        code: 'custom',
        path: ['addressFormat'],
        message: 'has no effect without addressHeader: set that as well, or remove this key',
      });
    if (addressFormat === 'google-load-balancer' && header?.toLowerCase() === 'forwarded')
      context.addIssue({
        code: 'custom',
        path: ['addressFormat'],
        message:
          "Google's load balancer does not write Forwarded: set addressHeader to X-Forwarded-For, or remove this key",
      });
  });
