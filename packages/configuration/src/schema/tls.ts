import { z } from 'zod';
import { port } from './values.ts';

/** TLS on `listen.port` (docs/reference/request-handling.md, "TLS"). Without this key, it serves plain HTTP. */
export const tls = z
  .strictObject({
    certificate: z.string().min(1),
    key: z.string().min(1),
    /** A port with plain HTTP whose requests are redirected. */
    redirect: z
      .strictObject({
        port,
        /** Port that clients use for https; `listen.port` by default. */
        to: z.int().min(1).max(65_535).optional(),
        /** Webroot of an ACME client. */
        challenges: z.string().min(1).optional(),
      })
      .optional(),
  })
  .optional();
