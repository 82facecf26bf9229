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
  await reading.missingTags(() => source.tags(repository));
  return reading.contents(chosen.length);
}
