import type { ListedTag } from './source.ts';

export interface LookingAgain {
  /** The tags that the source lists now. */
  readonly list: () => Promise<readonly ListedTag[]>;
  /** Reads what a tag names; a missing tag stays missing. */
  readonly read: (tag: ListedTag) => Promise<void>;
  readonly note: (tag: string) => void;
  readonly fail: (tag: string, error: unknown) => void;
}

/**
 * Retries tags that were listed but missing. A tag that is no longer listed was deleted in the meantime; another may
 * have been moving to a new manifest (goharbor/harbor#5166).
 *
 * @param missing the answer for each tag; empty afterwards
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
