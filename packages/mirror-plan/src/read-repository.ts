import { isSignatureTag } from '@archeio/oci-distribution';
import type { Contents, ReadingOptions } from './contents.ts';
import { forEachAtMost } from './pool.ts';
import { Reading } from './reading.ts';
import type { ListedTag, ManifestSource } from './source.ts';

/** Reads one repository. Failures become problems in the result, and the rest is read. */
export async function readRepository(
  source: ManifestSource,
  repository: string,
  options: ReadingOptions,
): Promise<Contents> {
  const reading = new Reading(source, repository, options);
  let listed: readonly ListedTag[];
  try {
    listed = await source.tags(repository);
  } catch (error) {
    // Nothing is known about it, not even that it exists.
    reading.fail('', error);
    return { ...reading.contents(0), repository: '' };
  }
  const chosen = options.chooseTags(listed);
  await forEachAtMost(options.concurrency, chosen, (tag) => reading.tag(tag));
  await reading.signatures(listed.filter(({ tag }) => isSignatureTag(tag)));
  if (reading.missing.size > 0) await lookAgain(reading, () => source.tags(repository));
  return reading.contents(chosen.length);
}

/**
 * Retries tags that were listed but missing. A tag that is no longer listed was deleted in the meantime; another may
 * have been moving to a new manifest (goharbor/harbor#5166).
 *
 * @param list the tags that the source lists now
 */
async function lookAgain(
  reading: Reading,
  list: () => Promise<readonly ListedTag[]>,
): Promise<void> {
  const first = [...reading.missing];
  reading.missing.clear();
  const listed = await list().catch(() => undefined);
  const now = new Map(listed?.map((each) => [each.tag, each]));
  for (const [tag, error] of first) {
    const again = now.get(tag);
    if (listed === undefined) reading.fail(tag, error);
    else if (again === undefined) reading.note(tag, 'was deleted while the repository was read');
    else await reading.tag(again);
  }
  for (const [tag, error] of reading.missing) reading.fail(tag, error);
}
