import { isSignatureTag } from '@archeio/oci-distribution';
import type { ListedTag } from './source.ts';

/** Which tags a mirror wants. */
export interface TagSelection {
  readonly include: (tag: string) => boolean;
  readonly exclude: (tag: string) => boolean;
  /** Of those so many, newest first; undefined for all. */
  readonly newest: number | undefined;
}

const PART = /\d+|\D+/g;
const isNumber = (part: string): boolean => part >= '0' && part < ':';

/** A pre-release comes before its release: what follows a version after `-` takes from it. */
function releaseOf(tag: string): string {
  const dash = tag.indexOf('-');
  return dash < 0 ? tag : tag.slice(0, dash);
}

function compareParts(a: string, b: string): number {
  const [left, right] = [a.match(PART) ?? [], b.match(PART) ?? []];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [x, y] = [left[at], right[at]];
    if (x === y) continue;
    if (isNumber(x) && isNumber(y)) {
      const difference = BigInt(x) - BigInt(y);
      if (difference !== 0n) return difference < 0n ? -1 : 1;
    } else return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

/** Compares tags as versions: numbers by their value, a pre-release before its release. */
export function compareVersions(a: string, b: string): number {
  const order = compareParts(releaseOf(a), releaseOf(b));
  if (order !== 0) return order;
  const [plainA, plainB] = [!a.includes('-'), !b.includes('-')];
  if (plainA !== plainB) return plainA ? 1 : -1;
  return compareParts(a, b) || (a < b ? -1 : Number(a > b));
}

function compareAge(a: ListedTag, b: ListedTag): number {
  return (a.uploaded ?? 0) - (b.uploaded ?? 0) || compareVersions(a.tag, b.tag);
}

/**
 * The tags that are wanted. Newest is the last uploaded where the listing says it, otherwise the highest version.
 * Tags of signatures and referrers are not among them: they come with what they belong to.
 */
export function chooseTags(
  listed: readonly ListedTag[],
  { include, exclude, newest }: TagSelection,
): readonly ListedTag[] {
  const wanted = listed.filter(({ tag }) => !isSignatureTag(tag) && include(tag) && !exclude(tag));
  return newest === undefined || wanted.length <= newest
    ? wanted
    : wanted.toSorted((a, b) => compareAge(b, a)).slice(0, newest);
}
