/** Whether a tag is one under which registries without the referrers API store lists of referrers. */
export const isReferrersTag = (tag: string): boolean =>
  /^(?:sha256|sha512)-[0-9a-f]{64}$/.test(tag);
