import { isEmptyBlob } from '@archeio/oci-distribution';
import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { near, usdPerGiB } from './places.ts';
import { baseUrl, digest, duration, keyTemplate, label } from './values.ts';

const FIFTEEN_MINUTES = 15 * 60 * 1000;

/** Redirects to a private S3 bucket carry a signature in their query (SigV4). */
const presign = z.strictObject({
  region: z.string().min(1),
  expires: duration
    .refine(
      (milliseconds) => milliseconds >= 30_000,
      'must be at least 30s: a signed URL is handed out again for a quarter of its life, and clients need the rest',
    )
    .refine((milliseconds) => milliseconds <= FIFTEEN_MINUTES, 'must be at most 15m')
    .prefault(DEFAULTS.store.presign.expires),
  /** A profile of the AWS configuration files, where several accounts or clouds are signed for. */
  profile: z.string().min(1).optional(),
});

/** A list of the blobs that the store has, as `archeio mirror inventory` writes it. */
const inventory = z
  .strictObject({
    url: baseUrl.optional(),
    file: z.string().min(1).optional(),
    maxAge: duration.prefault(DEFAULTS.store.inventory.maxAge),
    refreshEvery: duration
      .refine((milliseconds) => milliseconds >= 1000, 'must be at least 1s')
      .prefault(DEFAULTS.store.inventory.refreshEvery),
  })
  .refine(({ url, file }) => (url === undefined) !== (file === undefined), {
    message: 'an inventory is at a url or in a file: expected one of them',
  });

/** Object storage with copies of blobs. */
export const store = z
  .strictObject({
    name: label,
    url: baseUrl,
    key: keyTemplate,
    near: near.optional(),
    default: z.boolean().optional(),
    weight: z.number().min(0).max(1000).default(DEFAULTS.store.weight),
    check: z.enum(['head', 'range', 'none']).default(DEFAULTS.store.check),
    checkUrl: baseUrl.optional(),
    forbidden: z.enum(['absent', 'unknown']).default(DEFAULTS.store.forbidden),
    probe: digest
      .refine((each) => !isEmptyBlob(each), {
        message:
          'is the digest of the empty blob, which proves nothing: name a blob that has content',
      })
      .optional(),
    enabled: z.boolean().default(DEFAULTS.store.enabled),
    failover: z.enum(['region', 'none']).default(DEFAULTS.store.failover),
    usdPerGiB: usdPerGiB.optional(),
    presign: presign.optional(),
    public: z.boolean().optional(),
    inventory: inventory.optional(),
  })
  .refine(({ presign, public: isPublic }) => presign === undefined || isPublic === true, {
    path: ['public'],
    message:
      'a private bucket is opened to everyone by presigned redirects, since archeio authenticates nobody: say public: true if that is meant',
  })
  .refine(({ presign, checkUrl }) => presign === undefined || checkUrl === undefined, {
    path: ['checkUrl'],
    message: 'the presence of a presigned store is asked at the store itself: leave checkUrl out',
  })
  .refine(({ inventory, check }) => inventory === undefined || check !== 'none', {
    path: ['inventory'],
    message: 'with check: none every blob counts as present, so an inventory would never be read',
  });
