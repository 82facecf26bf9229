import { compileKeyTemplate } from '@archeio/oci-distribution';

/** The keys of a destination that decide whether it can be a copy of the registry. */
interface CopyKeys {
  readonly contents: 'blobs' | 'registry';
  readonly blobs: 'key' | 'repository';
  readonly key: string;
}

/** A problem with one key of a destination. */
interface CopyProblem {
  readonly key: keyof CopyKeys;
  readonly message: string;
}

/** Where the objects of a copy are, in buckets and directories. */
const TAKEN = ['v2/', 'types/'] as const;

const SAMPLE = `sha256:${'0123456789abcdef'.repeat(4)}`;

/**
 * Why a destination cannot be a copy of the registry.
 *
 * @param hasPlatforms whether only some platforms are mirrored
 */
export function copyProblems(
  { contents, blobs, key }: CopyKeys,
  hasPlatforms: boolean,
): readonly CopyProblem[] {
  if (contents === 'blobs')
    return blobs === 'key'
      ? []
      : [{ key: 'blobs', message: '"repository" requires "contents: registry"' }];
  const problems: CopyProblem[] = [];
  const taken = TAKEN.find((prefix) => compileKeyTemplate(key)(SAMPLE).startsWith(prefix));
  if (taken !== undefined)
    problems.push({
      key: 'key',
      message: `${JSON.stringify(key)} begins with "${taken}", where "contents: registry" keeps the copy of the registry: choose another prefix`,
    });
  if (hasPlatforms)
    problems.push({
      key: 'contents',
      message:
        '"registry" requires all platforms, because an index names all of them and its copy must be whole: remove mirror.source.platforms, or use a configuration of its own for this destination',
    });
  return problems;
}
