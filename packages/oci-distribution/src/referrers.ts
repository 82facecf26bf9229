/**
 * The tag under which registries without the referrers API store an index of a manifest's referrers.
 *
 * OCI distribution-spec 1.1, "Referrers Tag Schema": algorithm and encoded hash, each truncated, `-` between.
 */
export function referrersTag(digest: string): string {
  const colon = digest.indexOf(':');
  return `${digest.slice(0, Math.min(colon, 32))}-${digest.slice(colon + 1, colon + 65)}`;
}
