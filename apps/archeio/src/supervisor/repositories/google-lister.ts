import { isName } from '@archeio/oci-distribution';
import { z } from 'zod';
import { type ListedUpstream, MOST_NAMES } from './lister.ts';
import { ListingError } from './listing-error.ts';
import type { PageReader } from './page-reader.ts';

/** Folders that are asked at a time: each answer can be megabytes of manifests. */
const AT_A_TIME = 4;

const page = z
  .object({
    child: z.array(z.string()).nullish(),
    tags: z.array(z.unknown()).nullish(),
    manifest: z.record(z.string(), z.unknown()).nullish(),
    errors: z.never().optional(),
  })
  // What says nothing of these is not an empty list: repositories below it would be refused.
  .refine(({ child, tags, manifest }) =>
    [child, tags, manifest].some((part) => part !== undefined),
  );

/** What is at a name: a repository, names below it, or both. */
interface Folder {
  readonly repository: boolean;
  readonly children: ReadonlySet<string>;
}

/**
 * Lists by `tags/list` of Artifact Registry and Container Registry, which tell the names below a name as `child`.
 * Every folder and repository costs one request.
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
    const folders = level;
    const below: string[] = [];
    asked += folders.length;
    if (asked > MOST_NAMES)
      throw new ListingError(`${upstream.url}: has more than ${MOST_NAMES} repositories`);
    let at = 0;
    const walk = async (): Promise<void> => {
      while (at < folders.length) {
        const name = folders[at++];
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

async function folderAt(
  { url, path }: ListedUpstream,
  name: string,
  reader: PageReader,
): Promise<Folder> {
  const steps = [path, name].filter((step) => step !== '').map((step) => `${step}/`);
  const first = `${url}/v2/${steps.join('')}tags/list`;
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
    // Deleted since its parent was asked, or not: the upstream may answer for it.
    if (name !== '' && error instanceof ListingError && error.status === 404)
      return { repository: true, children: new Set() };
    throw error;
  }
  return { repository, children };
}
