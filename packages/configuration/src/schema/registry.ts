import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { near, usdPerGiB } from './places.ts';
import {
  duration,
  hostPattern,
  label,
  namePrefix,
  origin,
  repositoryName,
  repositoryPath,
} from './values.ts';

const upstream = z.strictObject({
  name: label,
  url: origin,
  path: repositoryPath.prefault(''),
  near: near.optional(),
  usdPerGiB: usdPerGiB.optional(),
  rid: z.boolean().optional(),
});

/** Registry for signatures; with `fallback`, also for manifests and blobs that the upstream does not have (R9a, R12a). */
const signatures = upstream
  .omit({ name: true, near: true })
  .extend({ fallback: z.boolean().default(DEFAULTS.registry.signatures.fallback) });

const refreshEvery = duration.prefault(DEFAULTS.registry.repositories.refreshEvery);

/** List of all repositories; other names are answered 404 without contacting a backend. */
const repositories = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('list'), names: z.array(repositoryName).min(1) }),
  z.strictObject({ from: z.literal('catalog'), refreshEvery }),
  z.strictObject({ from: z.literal('google'), refreshEvery }),
]);

/** A registry to serve: the requests that select it, and its upstreams. */
export const registry = z.strictObject({
  name: label,
  hosts: z
    .array(hostPattern)
    .min(1)
    .prefault([...DEFAULTS.registry.hosts]),
  prefix: namePrefix.prefault(DEFAULTS.registry.prefix),
  upstreams: z.array(upstream).min(1),
  signatures: signatures.optional(),
  repositories: repositories.optional(),
});
