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
      'must be at least 30s: Archeio reuses a signed URL for a quarter of its lifetime, and clients need the rest',
    )
    .refine((milliseconds) => milliseconds <= FIFTEEN_MINUTES, 'must be at most 15m')
    .prefault(DEFAULTS.store.presign.expires),
  /** Profile of the shared AWS configuration files, to sign for several accounts or clouds. */
  profile: z.string().min(1).optional(),
});

/** Inventory of the store's blobs, written by `archeio mirror inventory`. */
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
    message: 'expected either url or file',
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
          'is the digest of the empty blob, which proves nothing: choose a blob with content',
      })
      .optional(),
    enabled: z.boolean().default(DEFAULTS.store.enabled),
    failover: z.enum(['region', 'none']).default(DEFAULTS.store.failover),
    usdPerGiB: usdPerGiB.optional(),
    rid: z.boolean().optional(),
    presign: presign.optional(),
    public: z.boolean().optional(),
    inventory: inventory.optional(),
  })
  .refine(({ presign, public: isPublic }) => presign === undefined || isPublic === true, {
    path: ['public'],
    message:
      'presigned redirects open a private bucket to everyone, since Archeio does not authenticate clients: set public: true if that is intended',
  })
  .refine(({ presign, checkUrl }) => presign === undefined || checkUrl === undefined, {
    path: ['checkUrl'],
    message: 'Archeio checks a presigned store at its own URL: remove checkUrl',
  })
  .refine(({ inventory, check }) => inventory === undefined || check !== 'none', {
    path: ['inventory'],
    message:
      'with check: none, every blob counts as present and the inventory is never read: remove it',
  });
