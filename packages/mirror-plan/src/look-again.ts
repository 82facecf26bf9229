import type { ListedTag } from './source.ts';

interface TagReading {
  tag(tag: ListedTag): Promise<void>;
  note(reference: string, why: string): void;
  fail(reference: string, error: unknown): void;
}

/**
 * Retries tags that were listed but missing. A tag that is no longer listed was deleted in the meantime; another may
 * have been moving to a new manifest (goharbor/harbor#5166).
 *
 * @param missing the answer for each tag; empty afterwards
 * @param list the tags that the source lists now
 */
export async function lookAgain(
  missing: Map<string, unknown>,
  list: () => Promise<readonly ListedTag[]>,
  reading: TagReading,
): Promise<void> {
  if (missing.size === 0) return;
  const first = new Map(missing);
  missing.clear();
  const listed = await list().catch(() => undefined);
  const now = new Map(listed?.map((each) => [each.tag, each]));
  for (const [tag, error] of first) {
    const again = now.get(tag);
    if (listed === undefined) reading.fail(tag, error);
    else if (again === undefined) reading.note(tag, 'was deleted while the repository was read');
    else await reading.tag(again);
  }
  for (const [tag, error] of missing) reading.fail(tag, error);
  missing.clear();
}
