import { isName } from '@archeio/oci-distribution';
import { z } from 'zod';
import { type ListedUpstream, MOST_NAMES } from './lister.ts';
import { ListingError } from './listing-error.ts';
import type { PageReader } from './page-reader.ts';

/** Concurrent requests; each answer can contain megabytes of manifests. */
const AT_A_TIME = 4;

const page = z
  .object({
    child: z.array(z.string()).nullish(),
    tags: z.array(z.unknown()).nullish(),
    manifest: z.record(z.string(), z.unknown()).nullish(),
    errors: z.never().optional(),
  })
  // An answer with none of these is not an empty list, which would hide the repositories below it.
  .refine(({ child, tags, manifest }) =>
    [child, tags, manifest].some((part) => part !== undefined),
  );

/**
 * Lists the repositories with `tags/list` of Artifact Registry and Container Registry, which returns the names below a
 * name as `child`. Each folder and each repository costs one request.
 *
 * @throws ListingError if the list cannot be read as a whole
 */
export async function listGoogle(
  upstream: ListedUpstream,
  reader: PageReader,
): Promise<Set<string>> {
  const names = new Set<string>();
  let asked = 0;
  for (let level = ['']; level.length > 0;) {
    asked += level.length;
    if (asked > MOST_NAMES)
      throw new ListingError(`${upstream.url}: has more than ${MOST_NAMES} repositories`);
    const below: string[] = [];
    const queue = level.values();
    const walk = async (): Promise<void> => {
      for (const name of queue) {
        const { repository, children } = await folderAt(upstream, name, reader);
        if (repository && name !== '') names.add(name);
        for (const child of children) {
          const inside = name === '' ? child : `${name}/${child}`;
          if (isName(inside)) below.push(inside);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, walk));
    level = below;
  }
  return names;
}

/** Whether there is a repository at a name, and the names directly below it. */
async function folderAt({ url, path }: ListedUpstream, name: string, reader: PageReader) {
  const steps = [path, name, 'tags/list'].filter((step) => step !== '');
  const first = `${url}/v2/${steps.join('/')}`;
  const children = new Set<string>();
  let repository = false;
  try {
    for await (const { body } of reader.pages(first)) {
      const read = page.safeParse(body);
      if (!read.success) throw new ListingError(`${first}: is not a list of tags`);
      const { child, tags, manifest } = read.data;
      repository ||= (tags ?? []).length > 0 || Object.keys(manifest ?? {}).length > 0;
      for (const each of child ?? []) children.add(each);
    }
  } catch (error) {
    // It may have been deleted since its parent was read. If not, the upstream may still serve it.
    if (name !== '' && error instanceof ListingError && error.status === 404)
      return { repository: true, children: new Set<string>() };
    throw error;
  }
  return { repository, children };
}
