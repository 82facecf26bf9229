import { compileKeyTemplate } from '@archeio/redirect';
import { isName } from '@archeio/oci-distribution';
import { tryParsePrefix } from '@archeio/netip';
import { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import { tryParseDuration } from './duration.ts';
import { parseBaseUrl, parseOrigin, parsePageUrl } from './url.ts';

/** A text that `parse` turns into a value, or refuses with a message of its own. */
function text<T>(parse: (text: string) => T) {
  return z.string().transform((value, context): T => {
    try {
      return parse(value);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : String(error),
      });
      return z.NEVER;
    }
  });
}

/** Far longer than anything here needs, and short enough for every clock and timer. */
const LONGEST = 7 * 24 * 60 * 60 * 1000;

const anyDuration = text((value) => {
  const milliseconds = tryParseDuration(value);
  if (milliseconds === undefined || milliseconds > LONGEST)
    throw new RangeError(
      `cannot read duration ${JSON.stringify(value)}: expected a number and ms, s, m or h, at most 168h`,
    );
  return milliseconds;
});
const duration = anyDuration.refine((milliseconds) => milliseconds > 0, 'must be longer than 0');
const port = z.int().min(0).max(65_535);
const label = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'a name has letters, digits, ".", "_" and "-", 63 at most',
  );
const baseUrl = text(parseBaseUrl);
const page = text(parsePageUrl);
const repositoryPath = text((value) => {
  if (value !== '' && !isName(value))
    throw new RangeError(
      `cannot read path ${JSON.stringify(value)}: expected the beginning of a repository's name, without slashes at its ends`,
    );
  return value;
});
const prefix = text((value) => {
  const parsed = tryParsePrefix(value);
  if (parsed === undefined)
    throw new RangeError(
      `cannot read prefix ${JSON.stringify(value)}: expected address/length, no bits beyond the length`,
    );
  return parsed;
});
const key = text((value) => {
  compileKeyTemplate(value);
  return value;
});

const near = z.array(
  z.strictObject({
    cloud: z.string().min(1),
    regions: z.array(z.string().min(1)).min(1).optional(),
  }),
);
const usdPerGiB = z.union([
  z.number().min(0),
  z.strictObject({
    sameRegion: z.number().min(0),
    sameCloud: z.number().min(0),
    internet: z.number().min(0),
  }),
]);

const upstream = z.strictObject({
  name: label,
  url: text(parseOrigin),
  path: repositoryPath.default(''),
  near: near.optional(),
  usdPerGiB: usdPerGiB.optional(),
});

const registry = z.strictObject({
  name: label,
  hosts: z
    .array(z.string().min(1))
    .min(1)
    .default([...DEFAULTS.registry.hosts]),
  prefix: z.string().default(DEFAULTS.registry.prefix),
  upstreams: z.array(upstream).min(1),
  signatures: upstream.omit({ name: true, near: true }).optional(),
});

const store = z.strictObject({
  name: label,
  url: baseUrl,
  key,
  near: near.optional(),
  default: z.boolean().optional(),
  check: z.enum(['head', 'range', 'none']).default(DEFAULTS.store.check),
  checkUrl: baseUrl.optional(),
  forbidden: z.enum(['absent', 'unknown']).default(DEFAULTS.store.forbidden),
  probe: z.string().optional(),
  enabled: z.boolean().default(DEFAULTS.store.enabled),
  failover: z.enum(['region', 'none']).optional(),
  usdPerGiB: usdPerGiB.optional(),
});

const clientAddress = z.discriminatedUnion('topology', [
  z.strictObject({ topology: z.literal('remote') }),
  z.strictObject({ topology: z.literal('google-load-balancer') }),
  z.strictObject({ topology: z.literal('hops'), hops: z.int().min(1).max(32) }),
  z.strictObject({
    topology: z.literal('trusted-proxies'),
    prefixes: z.array(prefix).min(1),
    use: z.enum(['x-forwarded-for', 'forwarded']).default('x-forwarded-for'),
  }),
  z.strictObject({
    topology: z.literal('header'),
    name: z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'expected the name of a header'),
    prefixes: z.array(prefix).optional(),
  }),
]);

const { listen, presence, health, ranges, stop } = DEFAULTS;

/** The configuration of design version 1, as it is written in a file; parsing it gives a {@link Configuration}. */
export const configurationSchema = z.strictObject({
  version: z.literal(1),
  listen: z
    .strictObject({
      host: z.string().default(listen.host),
      port: port.default(listen.port),
      admin: z
        .strictObject({
          host: z.string().default(listen.admin.host),
          port: port.default(listen.admin.port),
        })
        .prefault({}),
      processes: z.union([z.int().min(1).max(1024), z.literal('auto')]).default(listen.processes),
    })
    .prefault({}),
  clientAddress: clientAddress.default({ topology: 'remote' }),
  pages: z.strictObject({ info: page, privacy: page }),
  registries: z.array(registry).length(1, 'exactly one registry is served by this version'),
  stores: z.array(store).default([]),
  stayUpstream: near.default([]),
  presence: z
    .strictObject({
      entries: z.int().min(1).max(50_000_000).default(presence.entries),
      presentFor: duration.prefault(presence.presentFor),
      absentFor: duration.prefault(presence.absentFor),
      budget: duration.prefault(presence.budget),
      timeout: duration.prefault(presence.timeout),
      breaker: z
        .strictObject({
          failures: z.int().min(1).max(1000).default(presence.breaker.failures),
          openFor: duration.prefault(presence.breaker.openFor),
        })
        .prefault({}),
    })
    .prefault({}),
  health: z
    .strictObject({
      every: duration.prefault(health.every),
      timeout: duration.prefault(health.timeout),
      failures: z.int().min(1).default(health.failures),
      passes: z.int().min(1).default(health.passes),
    })
    .prefault({}),
  ranges: z
    .strictObject({
      refreshEvery: duration.prefault(ranges.refreshEvery),
      directory: z.string().default(ranges.directory),
    })
    .prefault({}),
  stop: z
    .strictObject({
      delay: anyDuration.prefault(stop.delay),
      timeout: duration.prefault(stop.timeout),
    })
    .prefault({}),
});
