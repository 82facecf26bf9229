import { z } from 'zod';
import { prefix } from './values.ts';

/** Topology that determines the client's address (docs/reference/request-handling.md, "The client's address"). */
export const clientAddress = z.discriminatedUnion('topology', [
  z.strictObject({ topology: z.literal('remote') }),
  z.strictObject({ topology: z.literal('google-load-balancer') }),
  z.strictObject({ topology: z.literal('hops'), hops: z.int().min(1).max(32) }),
  z.strictObject({
    topology: z.literal('trusted-proxies'),
    prefixes: z.array(prefix).min(1),
    use: z.enum(['x-forwarded-for', 'forwarded']).default('x-forwarded-for'),
  }),
  z.strictObject({
    topology: z.literal('proxy-protocol'),
    /** The balancers: every other peer is refused. */
    prefixes: z.array(prefix).min(1),
  }),
  z.strictObject({
    topology: z.literal('header'),
    name: z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'expected the name of a header'),
    prefixes: z.array(prefix).optional(),
  }),
]);
