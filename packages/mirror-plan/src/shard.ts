/** A share of all digests, for one of several workers: number `index` of `count`, starting at 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
  owns(digest: string): boolean;
}

/** Eight hexadecimal digits distribute evenly, and every mirrored digest has them. */
function numberOf(digest: string): number {
  const [, first = '0'] = /:([0-9a-f]{1,8})/.exec(digest) ?? [];
  return Number.parseInt(first, 16);
}

/**
 * Parses a share such as `3/16`. Every digest is in exactly one share.
 *
 * @throws RangeError if the text is not a share
 */
export function parseShard(text: string): Shard {
  const [, first = '', second = ''] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  const [index, count] = [Number(first), Number(second)];
  if (index < 1 || index > count)
    throw new RangeError(
      `cannot read shard ${JSON.stringify(text)}: expected number/count, such as 3/16`,
    );
  return { index, count, owns: (digest) => numberOf(digest) % count === index - 1 };
}

/**
 * Parses the same counted from 0, such as `2/16` for the third of 16 workers: the completion index of an Indexed Job.
 *
 * @throws RangeError if the text is not a share
 */
export function parseShardIndex(text: string): Shard {
  const [, first = '', count = ''] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  if (count === '' || Number(first) >= Number(count))
    throw new RangeError(
      `cannot read shard index ${JSON.stringify(text)}: expected index/count, such as 2/16`,
    );
  return parseShard(`${Number(first) + 1}/${count}`);
}

export const WHOLE: Shard = Object.freeze({ index: 1, count: 1, owns: () => true });
