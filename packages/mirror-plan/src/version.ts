/** A tag as a version, or as its closest approximation. */
interface Version {
  /** What precedes the numbers, without a `v`. */
  readonly prefix: string;
  readonly numbers: readonly string[];
  /** Starts a pre-release, or is empty. */
  readonly suffix: string;
  /** Follows `_`, which replaces the `+` of build metadata, since tags cannot contain it. */
  readonly build: string;
  readonly rank: Rank;
}

/** Versions come first, then single numbers such as dates, then everything else. */
type Rank = 0 | 1 | 2;

const TAG = /^([^0-9]*)(\d+(?:\.\d+)*)?([^_]*)(?:_(.*))?$/s;
/** A single number of at least this many digits is a date, even with a `v`. */
const DATE_DIGITS = 6;

const PART = /\d+|\D+/g;
const isNumber = (part: string): boolean => part >= '0' && part < ':';

function rankOf(prefix: string, numbers: readonly string[]): Rank {
  const isPlain = prefix === '' || prefix === 'v' || prefix === 'V';
  if (!isPlain || numbers.length === 0) return 0;
  if (numbers.length > 1) return 2;
  return prefix !== '' && numbers[0].length < DATE_DIGITS ? 2 : 1;
}

function parseVersion(tag: string): Version {
  const [, prefix = '', numbers, suffix = '', build = ''] = TAG.exec(tag) ?? [];
  const parts = numbers?.split('.') ?? [];
  const rank = rankOf(prefix, parts);
  return { prefix: rank === 0 ? prefix : '', numbers: parts, suffix, build, rank };
}

const order = <Value extends string | number>(a: Value, b: Value): number =>
  a < b ? -1 : Number(a > b);

/** Compares digit strings of any length by value. */
function compareNumbers(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return order(x.length, y.length) || order(x, y);
}

/** Compares lists by their first difference; a prefix of a list is lower. */
function compareLists(
  a: readonly string[],
  b: readonly string[],
  compare: (x: string, y: string) => number,
): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = compare(a[at], b[at]);
    if (difference !== 0) return difference;
  }
  return order(a.length, b.length);
}

/** Compares texts, and the numbers in them by value: `rc9` is lower than `rc10`. */
function compareTexts(a: string, b: string): number {
  return compareLists(a.match(PART) ?? [], b.match(PART) ?? [], (x, y) => {
    if (isNumber(x) && isNumber(y)) return compareNumbers(x, y);
    return order(x, y);
  });
}

/** Semantic Versioning 2.0.0, §11: numbers are lower than words. */
function compareIdentifiers(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  return order(Number(y), Number(x)) || compareTexts(a, b);
}

/** A pre-release is lower than its release. */
function compareSuffixes(a: string, b: string): number {
  if (a === '' || b === '') return order(Number(a === ''), Number(b === ''));
  const [x, y] = [a, b].map((suffix) => suffix.replace(/^[-+.]/, '').split('.'));
  return compareLists(x, y, compareIdentifiers);
}

/**
 * Compares tags as versions, by the precedence of Semantic Versioning 2.0.0, for any number of numbers: a leading `v`
 * is ignored, and a pre-release is lower than its release. Single numbers such as dates are lower than all versions,
 * and tags without a number are lowest. No two different tags are equal.
 */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [parseVersion(a), parseVersion(b)];
  return (
    order(x.rank, y.rank) ||
    compareTexts(x.prefix, y.prefix) ||
    compareLists(x.numbers, y.numbers, compareNumbers) ||
    compareSuffixes(x.suffix, y.suffix) ||
    compareTexts(x.build, y.build) ||
    order(a, b)
  );
}
