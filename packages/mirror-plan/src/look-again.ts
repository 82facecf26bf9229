import type { ListedTag } from './source.ts';

export interface LookingAgain {
  /** The tags that the source lists now. */
  readonly list: () => Promise<readonly ListedTag[]>;
  /** Reads what a tag names; it is missing again if it is not there. */
  readonly read: (tag: ListedTag) => Promise<void>;
  readonly note: (tag: string) => void;
  readonly fail: (tag: string, error: unknown) => void;
}

/**
 * Looks again for tags that were listed and not there. One that is not listed any more was deleted meanwhile; another
 * may have been on its way to another manifest (goharbor/harbor#5166).
 *
 * @param missing what was answered for each tag; empty afterwards
 */
export async function lookAgain(
  missing: Map<string, unknown>,
  { list, read, note, fail }: LookingAgain,
): Promise<void> {
  if (missing.size === 0) return;
  const first = new Map(missing);
  missing.clear();
  const listed = await list().catch(() => undefined);
  const now = new Map(listed?.map((each) => [each.tag, each]));
  for (const [tag, error] of first) {
    const again = now.get(tag);
    if (listed === undefined) fail(tag, error);
    else if (again === undefined) note(tag);
    else await read(again);
  }
  for (const [tag, error] of missing) fail(tag, error);
  missing.clear();
}
