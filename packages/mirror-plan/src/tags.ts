import { isSignatureTag } from '@archeio/oci-distribution';
import type { ListedTag } from './source.ts';
import { compareVersions } from './version.ts';

/** The tags that a mirror wants. */
export interface TagSelection {
  readonly include: (tag: string) => boolean;
  readonly exclude: (tag: string) => boolean;
  /** The maximum number, newest first; undefined for all. */
  readonly newest: number | undefined;
}

function compareAge(a: ListedTag, b: ListedTag): number {
  return (a.uploaded ?? 0) - (b.uploaded ?? 0) || compareVersions(a.tag, b.tag);
}

/** A list that grows while its pages are read contains some tags twice. */
function withoutDuplicates(listed: readonly ListedTag[]): readonly ListedTag[] {
  return [...new Map(listed.map((each) => [`${each.tag} ${each.digest}`, each])).values()];
}

/**
 * The wanted tags. The newest are those uploaded last, if the listing states the time, otherwise the highest versions.
 * Tags of signatures and referrers are excluded: they are mirrored with their subjects.
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
