import { z } from 'zod';

/** The message for a value that is not as expected, or missing. */
function unless(expected: string) {
  return {
    error: ({ input }: { readonly input?: unknown }) =>
      input === undefined ? `is missing: expected ${expected}` : `expected ${expected}`,
  };
}

function text(pattern: RegExp, expected: string) {
  return z.string(unless(expected)).regex(pattern, unless(expected));
}

function whole(least: number, most: number) {
  const wrong = unless(`a whole number from ${least} to ${most}`);
  return z.int(wrong).min(least, wrong).max(most, wrong);
}

function map<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'invalid_type' ? unless('a map').error(issue) : undefined),
  });
}

const NAME = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const REGION = text(/^[a-z]+-[a-z]+\d+$/, 'a region of Cloud Run, such as us-central1');
const IMAGE = text(
  /^[a-z0-9.-]+(?:\/[\w.-]+)+(?::[\w.-]+|@sha256:[0-9a-f]{64})$/,
  'an image with a tag or a digest, such as us-docker.pkg.dev/project/images/archeio@sha256:…',
);
const ORIGIN = text(/^https?:\/\/[a-zA-Z0-9.-]+(?::\d{1,5})?$/, 'an origin, such as https://host');
const SECRET = map({
  secret: text(NAME, 'the name of a secret'),
  version: text(/^(?:\d+|latest)$/, 'the version of the secret as text, such as "3" or latest'),
});

/** Cloud Run sets these, and refuses them in a service. */
const RESERVED = new Set(['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION']);
const VARIABLE = text(/^[A-Z][A-Z0-9_]*$/, 'the name of a variable').refine(
  (name) => !RESERVED.has(name),
  { error: 'is set by Cloud Run' },
);

/** The regions, and the upstream of each. */
export const REGIONS = z.record(REGION, ORIGIN, {
  error: (issue) =>
    issue.code === 'invalid_key'
      ? 'expected a region of Cloud Run, such as us-central1'
      : 'expected a map from regions to origins',
});
export type Regions = z.infer<typeof REGIONS>;

const TRAFFIC = z
  .array(
    map({
      revision: text(NAME, 'the name of a revision, without that of the service'),
      percent: whole(0, 100),
      tag: text(NAME, 'a tag, such as canary').optional(),
    }),
    { error: 'expected a list of revisions' },
  )
  .refine((all) => all.reduce((sum, { percent }) => sum + percent, 0) === 100, {
    error: 'the percentages must add up to 100',
  });

/** One environment: the file for production, or for staging. */
export const DEPLOYMENT = map({
  project: text(/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/, 'the ID of a project'),
  service: text(/^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/, 'a name of at most 40 characters'),
  image: IMAGE,
  revision: text(
    /^[a-z](?:[-a-z0-9]{0,18}[a-z0-9])?$/,
    'a name of at most 20 characters, such as r2',
  ),
  serviceAccount: text(/^[^@\s]+@[^@\s]+$/, 'the e-mail address of a service account'),
  regions: z.union([z.literal('all'), z.array(REGION).min(1)], {
    ...unless('"all" or a list of regions'),
  }),
  scaling: map({ min: whole(0, 1000), max: whole(1, 1000) }).refine(({ min, max }) => min <= max, {
    error: 'min must not be greater than max',
  }),
  environment: z
    .record(VARIABLE, z.string({ error: 'expected text: put it in quotes' }), {
      error: (issue) =>
        issue.code === 'invalid_key' ? issue.issues[0]?.message : 'expected a map',
    })
    .default({}),
  configuration: SECRET.optional(),
  metrics: z
    .union(
      [map({ endpoint: ORIGIN }), map({ collector: map({ image: IMAGE, configuration: SECRET }) })],
      { error: 'expected { endpoint: URL } or { collector: { image, configuration } }' },
    )
    .optional(),
  traffic: TRAFFIC.optional(),
});
export type Deployment = z.infer<typeof DEPLOYMENT>;
