import {
  ALL_PLATFORMS,
  chooseTags,
  type Contents,
  forEachAtMost,
  readRepository,
  somePlatforms,
} from '@archeio/mirror';
import type { MirrorConfiguration } from '../configuration/schema/mirror.ts';
import { matcher } from './patterns.ts';
import type { Source } from './source.ts';

const NOTHING = (): boolean => false;
const EVERYTHING = (): boolean => true;
/** Repositories that are read at once; within each, tags are as well. */
const REPOSITORIES_AT_ONCE = 8;

export interface WantedOptions {
  /** Whether a record is in every destination, and its manifest need not be read. */
  readonly isRecorded: (record: string) => boolean;
}

/** Reads what the mirror wants of its source; what cannot be read is a problem in the list. */
export async function readWanted(
  { source: { tags, platforms, referrers }, limits: { concurrency } }: MirrorConfiguration,
  source: Source,
  { isRecorded }: WantedOptions,
): Promise<readonly Contents[]> {
  const repositories = await source.repositories();
  const { include, exclude, newest, immutable } = tags;
  const selection = {
    include: include === undefined ? EVERYTHING : matcher(include),
    exclude: exclude === undefined ? NOTHING : matcher(exclude),
    newest,
  };
  const options = {
    chooseTags: (listed: Parameters<typeof chooseTags>[0]) => chooseTags(listed, selection),
    platforms: platforms === undefined ? ALL_PLATFORMS : somePlatforms(platforms),
    isImmutable: immutable === undefined ? NOTHING : matcher(immutable),
    isRecorded,
    referrers,
    concurrency: Math.ceil(concurrency / Math.min(REPOSITORIES_AT_ONCE, repositories.length || 1)),
  };
  const all = new Map<string, Contents>();
  await forEachAtMost(REPOSITORIES_AT_ONCE, repositories, async (repository) => {
    all.set(repository, await readRepository(source, repository, options));
  });
  return repositories.flatMap((repository) => all.get(repository) ?? []);
}
