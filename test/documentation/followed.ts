/** Documents whose commands continue docs/getting-started.md. */
export const CONTINUED = [
  'docs/guides/fill-stores-with-the-mirror.md',
  'docs/guides/debug-a-failing-pull.md',
  'docs/reference/admin-api.md',
] as const;

/** Documents whose commands need nothing but a checkout. */
export const ALONE = [
  'docs/guides/your-own-registry.md',
  'docs/guides/several-registries.md',
  'docs/guides/private-buckets.md',
  'docs/guides/many-replicas.md',
  'docs/guides/correlate-a-pull.md',
  'docs/guides/from-the-go-program.md',
  'docs/operating.md',
  'docs/guides/edge.md',
] as const;
