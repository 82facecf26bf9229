import {
  ALL_PLATFORMS,
  chooseTags,
  type Contents,
  forEachAtMost,
  type ListedTag,
  type ManifestSource,
  type MirrorProblem,
  type ReadManifest,
  type ReadingOptions,
  readRepository,
  somePlatforms,
  matcher,
} from '@archeio/mirror-plan';
import type { SourceConfiguration } from '../options.ts';
import { type HeldManifests, holding } from './copy/held-manifests.ts';
import { MissingTags } from './missing-tags.ts';
import { Reading, readingView } from '../progress/reading-view.ts';
import { RegistryError } from '../source/registry/registry-error.ts';
import type { OpenMirror } from './open-mirror.ts';
import { lineView, showWhile } from '../progress/view.ts';

const NOTHING = (): boolean => false;
const EVERYTHING = (): boolean => true;
/** Repositories read in parallel; the tags of each are read in parallel too. */
const REPOSITORIES_AT_ONCE = 8;

/** Whether the source answered "not found". */
const isGone = (error: unknown): boolean =>
  error instanceof RegistryError && (error.status === 404 || error.status === 410);

const ofNoRepository = (problem: MirrorProblem): Contents => ({
  repository: '',
  tags: 0,
  passed: 0,
  manifests: [],
  facts: new Map(),
  roots: [],
  tagRecords: [],
  foreign: [],
  problems: [problem],
  notes: [],
});

/** Requested names that match nothing: a typo, or a deleted repository. */
function unmatched(
  { repositories }: SourceConfiguration,
  found: readonly string[],
): readonly Contents[] {
  const names = 'names' in repositories ? (repositories.names ?? []) : [];
  return names
    .filter((name) => !found.some(matcher([name])))
    .map((repository) =>
      ofNoRepository({ repository, reference: '', why: 'no repository of the source matches' }),
    );
}

/** What copies of the registry have already, and where to keep what they will need. */
export interface CopiesOptions extends Pick<ReadingOptions, 'isManifestCopied' | 'isTagCopied'> {
  readonly held: HeldManifests;
}

/** Counts the manifests that are read. */
function counting(source: ManifestSource, reading: Reading): ManifestSource {
  const counted = (manifest: ReadManifest): ReadManifest => {
    reading.manifests++;
    return manifest;
  };
  return {
    tags: (repository) => source.tags(repository),
    referrers: (repository, digest) => source.referrers(repository, digest),
    resolve: async (repository, tag) => {
      const resolved = await source.resolve(repository, tag);
      if (resolved.manifest !== undefined) reading.manifests++;
      return resolved;
    },
    manifest: async (repository, digest) => counted(await source.manifest(repository, digest)),
    taggedManifest: async (repository, tag) =>
      counted(await source.taggedManifest(repository, tag)),
  };
}

/**
 * Reads the wanted part of the source; each read failure becomes a problem in the result.
 *
 * @param isRecorded whether every destination has a record, so that the manifest need not be read
 * @param copies copies of the registry, which need the manifests as well
 */
export async function readWanted(
  { configuration, source, show }: Pick<OpenMirror, 'configuration' | 'source' | 'show'>,
  isRecorded: (record: string) => boolean,
  copies?: CopiesOptions,
): Promise<readonly Contents[]> {
  const { tags, platforms, referrers } = configuration.source;
  const repositories = await showWhile(
    show,
    lineView(() => `listing the repositories of ${source.name}`),
    () => source.repositories(),
  );
  const { include, exclude, newest, immutable } = tags;
  const selection = {
    include: include === undefined ? EVERYTHING : matcher(include),
    exclude: exclude === undefined ? NOTHING : matcher(exclude),
    newest,
  };
  const missing = new MissingTags(include ?? []);
  const options = {
    source: source.id,
    chooseTags: (listed: readonly ListedTag[]) => {
      missing.found(listed);
      return chooseTags(listed, selection);
    },
    platforms: platforms === undefined ? ALL_PLATFORMS : somePlatforms(platforms),
    isImmutable: immutable === undefined ? NOTHING : matcher(immutable),
    isRecorded,
    isManifestCopied: copies?.isManifestCopied,
    isTagCopied: copies?.isTagCopied,
    isGone,
    referrers,
    concurrency: Math.ceil(
      configuration.limits.concurrency / Math.min(REPOSITORIES_AT_ONCE, repositories.length || 1),
    ),
  };
  const all = new Map<string, Contents>();
  const reading = new Reading(repositories.length);
  const counted = counting(copies === undefined ? source : holding(source, copies.held), reading);
  await showWhile(show, readingView(reading), () =>
    forEachAtMost(REPOSITORIES_AT_ONCE, repositories, async (repository) => {
      reading.current.begin(repository);
      all.set(repository, await readRepository(counted, repository, options));
      reading.current.end(repository);
      reading.repositories++;
    }),
  );
  const contents = repositories.flatMap((repository) => all.get(repository) ?? []);
  return [
    ...contents,
    ...unmatched(configuration.source, repositories),
    ...(repositories.length > 0 ? missing.problems(contents) : []).map(ofNoRepository),
  ];
}
