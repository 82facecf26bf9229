import { isSignatureTag } from '@archeio/oci-distribution';
import type { ListedTag } from './source.ts';
import { compareVersions } from './version.ts';

/** Which tags a mirror wants. */
export interface TagSelection {
  readonly include: (tag: string) => boolean;
  readonly exclude: (tag: string) => boolean;
  /** At most this many of those, newest first; undefined for all. */
  readonly newest: number | undefined;
}

function compareAge(a: ListedTag, b: ListedTag): number {
  return (a.uploaded ?? 0) - (b.uploaded ?? 0) || compareVersions(a.tag, b.tag);
}

/** A list that grew while its pages were read names some tags twice. */
function withoutDuplicates(listed: readonly ListedTag[]): readonly ListedTag[] {
  return [...new Map(listed.map((each) => [`${each.tag} ${each.digest}`, each])).values()];
}

/**
 * The tags that are wanted. Newest is the last uploaded where the listing says it, otherwise the highest version.
 * Tags of signatures and referrers are not among them: they come with what they belong to.
 */
export function chooseTags(
  listed: readonly ListedTag[],
  { include, exclude, newest }: TagSelection,
): readonly ListedTag[] {
  const wanted = withoutDuplicates(listed).filter(
    ({ tag }) => !isSignatureTag(tag) && include(tag) && !exclude(tag),
  );
  return newest === undefined || wanted.length <= newest
    ? wanted
    : wanted.toSorted((a, b) => compareAge(b, a)).slice(0, newest);
}
