import { compileKeyTemplate, isName } from '@archeio/oci-distribution';
import { somePlatforms, isPattern } from '@archeio/mirror-plan';
import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { copyProblems } from './registry-copy.ts';
import {
  baseUrl,
  fileMode,
  keyTemplate,
  label,
  origin,
  repositoryName,
  repositoryPath,
  size,
} from './values.ts';

const defaults = DEFAULTS.mirror;

/** Elsewhere `!` excludes what other patterns match; here it would match everything else. */
const isNegated = (pattern: string): boolean => /^!(?!\()/.test(pattern);
const negationProblem = ({ input }: { readonly input?: unknown }): string =>
  `cannot read pattern ${JSON.stringify(input)}: a pattern cannot begin with "!"`;

/** Tag pattern: `*` matches anything but a slash, `**` anything. */
const patterns = z
  .array(
    z
      .string()
      .min(1)
      .refine((pattern) => !isNegated(pattern), {
        error: (issue) => `${negationProblem(issue)}; add it to "exclude" without the "!" instead`,
      }),
  )
  .min(1);

/** A name that is not a pattern is requested unchanged, and becomes part of URLs and keys. */
const names = z
  .array(
    z
      .string()
      .min(1)
      .refine((name) => name === '' || isPattern(name) || isName(name), {
        error: ({ input }) =>
          `cannot read name ${JSON.stringify(input)}: expected a repository name or a pattern with "*"`,
      })
      .refine((name) => !isNegated(name), { error: negationProblem }),
  )
  .min(1);

const repositories = z.discriminatedUnion('from', [
  /** Names; patterns are matched against the registry's catalog. */
  z.strictObject({ from: z.literal('list'), names }),
  z.strictObject({ from: z.literal('catalog'), names: names.optional() }),
  /** Google's lists, which name the repositories below a path and every manifest in them. */
  z.strictObject({ from: z.literal('google'), names: names.optional() }),
]);

const tags = z
  .strictObject({
    include: patterns.optional(),
    exclude: patterns.optional(),
    newest: z.int().min(1).optional(),
    /** Tags that never move: once mirrored, they are not requested again. */
    immutable: patterns.optional(),
    /** Tags that the source no longer has, in a copy of the registry. */
    deleted: z.enum(['keep', 'follow']).default(defaults.source.tags.deleted),
  })
  .prefault({});

const platforms = z
  .array(z.string())
  .min(1)
  .superRefine((names, context) => {
    try {
      somePlatforms(names);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: String(error instanceof Error && error.message),
      });
    }
  });

const selection = {
  tags,
  platforms: platforms.optional(),
  referrers: z.boolean().default(defaults.source.referrers),
};

const source = z.union([
  z.strictObject({
    url: origin,
    path: repositoryPath.prefault(''),
    repositories,
    ...selection,
  }),
  z.strictObject({
    repositories: z.strictObject({
      from: z.literal('layout'),
      /** The directory of an OCI image layout. */
      path: z.string().min(1),
      /** Repository name for its images. */
      name: repositoryName.prefault('layout'),
    }),
    ...selection,
  }),
]);

const key = keyTemplate
  .refine((template) => {
    const [one, other] = ['0', '1'].map((digit) =>
      compileKeyTemplate(template)(`sha256:${digit.repeat(64)}`),
    );
    return one !== other && !one.startsWith('archeio/');
  }, 'must contain the whole digest and not begin with archeio/, where the mirror keeps its records')
  .prefault(defaults.key);

/** Whether a destination is a copy of the registry, and where clients find blobs in it. */
const registryCopy = {
  contents: z.enum(['blobs', 'registry']).default(defaults.contents),
  blobs: z.enum(['key', 'repository']).default(defaults.blobs),
};

/** Destination of the copies. */
export const destination = z.discriminatedUnion('type', [
  z.strictObject({
    name: label,
    type: z.literal('s3'),
    bucket: z.string().min(3).max(63),
    region: z.string().min(1),
    key,
    ...registryCopy,
    /** URL of an S3 server other than Amazon's. */
    endpoint: baseUrl.optional(),
    forcePathStyle: z.boolean().optional(),
  }),
  z.strictObject({
    name: label,
    type: z.literal('directory'),
    path: z.string().min(1),
    key,
    ...registryCopy,
    mode: fileMode.prefault(defaults.mode),
  }),
]);

const limits = z
  .strictObject({
    /** Requests to the source, all included; 0 is no limit. */
    requestsPerSecond: z.number().min(0).max(100_000).default(defaults.limits.requestsPerSecond),
    concurrency: z.int().min(1).max(1024).default(defaults.limits.concurrency),
    /** Read from the source; 0 is no limit. */
    bytesPerSecond: z.union([size, z.int().min(0)]).prefault(defaults.limits.bytesPerSecond),
    /** Memory for parts of blobs in flight. */
    memory: size
      .refine((bytes) => bytes >= 16 * 1024 * 1024, 'must be at least 16MiB')
      .prefault(defaults.limits.memory),
  })
  .prefault({});

/** The mirror: source, destinations and limits. */
export const mirror = z
  .strictObject({ source, destinations: z.array(destination).min(1), limits })
  .superRefine(({ source: { platforms: some }, destinations }, context) => {
    destinations.forEach((each, index) => {
      for (const { key: at, message } of copyProblems(each, some !== undefined))
        context.addIssue({ code: 'custom', path: ['destinations', index, at], message });
    });
    const names = destinations.map(({ name }) => name);
    const seen = new Set<string>();
    const twice = names.filter((name) => seen.size === seen.add(name).size);
    for (const name of twice)
      context.addIssue({
        code: 'custom',
        path: ['destinations'],
        message: `duplicate name ${JSON.stringify(name)}`,
      });
  });
