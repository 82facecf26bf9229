import { CLOUDS } from '@archeio/clouds';
import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { anyDuration, baseUrl, duration, hostPattern, port, redisUrl, size } from './values.ts';

const defaults = DEFAULTS;

export const listen = z
  .strictObject({
    host: z.string().default(defaults.listen.host),
    port: port.default(defaults.listen.port),
    admin: z
      .strictObject({
        host: z.string().default(defaults.listen.admin.host),
        port: port.default(defaults.listen.admin.port),
        /** More Host header values to accept while it listens on loopback. */
        hosts: z.array(hostPattern).prefault([...defaults.listen.admin.hosts]),
      })
      .prefault({}),
    processes: z
      .union([z.int().min(1).max(1024), z.literal('auto')])
      .default(defaults.listen.processes),
  })
  .prefault({});

export const presence = z
  .strictObject({
    entries: z.int().min(1).max(50_000_000).default(defaults.presence.entries),
    presentFor: duration.prefault(defaults.presence.presentFor),
    absentFor: duration.prefault(defaults.presence.absentFor),
    budget: duration.prefault(defaults.presence.budget),
    timeout: duration.prefault(defaults.presence.timeout),
    breaker: z
      .strictObject({
        failures: z.int().min(1).max(1000).default(defaults.presence.breaker.failures),
        openFor: duration.prefault(defaults.presence.breaker.openFor),
      })
      .prefault({}),
    /** Answers shared with other instances (docs/reference/shared-presence.md). */
    shared: z.strictObject({ redis: redisUrl }).optional(),
  })
  .prefault({});

export const health = z
  .strictObject({
    every: duration.prefault(defaults.health.every),
    timeout: duration.prefault(defaults.health.timeout),
    failures: z.int().min(1).max(1000).default(defaults.health.failures),
    passes: z.int().min(1).max(1000).default(defaults.health.passes),
    /** Number of bytes to read from a canary. */
    body: size.prefault(defaults.health.body),
  })
  .prefault({});

export const ranges = z
  .strictObject({
    clouds: z.enum(['used', 'all']).default(defaults.ranges.clouds),
    refreshEvery: z.union([z.literal('never'), duration]).prefault(defaults.ranges.refreshEvery),
    directory: z.string().min(1).default(defaults.ranges.directory),
    /** A new list that loses more than this share of a cloud's addresses is refused. */
    atMostLost: z.number().min(0).max(1).default(defaults.ranges.atMostLost),
    /** URLs to fetch instead of the providers' own, by cloud. */
    sources: z
      .record(z.string(), baseUrl)
      .superRefine((sources, context) => {
        for (const cloud of Object.keys(sources).filter((each) => !CLOUDS.includes(each)))
          context.addIssue({
            code: 'custom',
            path: [cloud],
            message: `no ranges are published for this cloud: expected one of ${CLOUDS.join(', ')}`,
          });
      })
      .prefault({}),
  })
  .prefault({});

export const stop = z
  .strictObject({
    delay: anyDuration.prefault(defaults.stop.delay),
    timeout: duration.prefault(defaults.stop.timeout),
  })
  .prefault({});
