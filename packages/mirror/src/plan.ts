import type { Descriptor } from '@archeio/oci-distribution';
import type { Contents, WantedBlob } from './read-repository.ts';
import type { Shard } from './shard.ts';
import type { Problem } from './source.ts';

/** What a destination has, as its listing said. */
export interface Stored {
  readonly name: string;
  /** Bytes of a blob that it has; undefined where it has none. */
  sizeOf(digest: string): number | undefined;
  /** Whether gc may delete it at any moment, so that it has to be written anew before anything relies on it. */
  isDoubted(digest: string): boolean;
}

/** A blob that is to be read once from the source and written to some destinations. */
export interface Copy extends WantedBlob {
  /** A repository that has it. */
  readonly repository: string;
  /** Numbers of the destinations that it goes to. */
  readonly to: readonly number[];
  /** Of those the ones that have something under its name, which is overwritten. */
  readonly replace: readonly number[];
}

/** What is to be copied to one destination. */
export interface DestinationPlan {
  readonly name: string;
  readonly blobs: number;
  readonly bytes: number;
}

/** What a mirror is going to do. */
export interface Plan {
  readonly repositories: number;
  readonly tags: number;
  readonly manifests: number;
  readonly passed: number;
  /** In the order of the repositories, so that manifests are finished early. */
  readonly copies: readonly Copy[];
  /** To be read from the source; blobs whose size nobody says count as 0. */
  readonly bytes: number;
  readonly destinations: readonly DestinationPlan[];
  readonly foreign: readonly Descriptor[];
  readonly problems: readonly Problem[];
}

function copyOf(repository: string, { digest, size }: WantedBlob, stored: readonly Stored[]): Copy {
  const to: number[] = [];
  const replace: number[] = [];
  stored.forEach((destination, number) => {
    const has = destination.sizeOf(digest);
    const isThere = has !== undefined && (size === undefined || has === size);
    if (isThere && !destination.isDoubted(digest)) return;
    to.push(number);
    if (has !== undefined) replace.push(number);
  });
  return { digest, size, repository, to, replace };
}

/** Compares what is wanted with what is there. */
export function makePlan(
  contents: readonly Contents[],
  stored: readonly Stored[],
  shard: Shard,
): Plan {
  const copies = new Map<string, Copy>();
  const foreign = new Map<string, Descriptor>();
  for (const { repository, manifests, foreign: elsewhere } of contents) {
    for (const { blobs } of manifests) {
      for (const blob of blobs) {
        const known = copies.get(blob.digest);
        if (known !== undefined && (known.size !== undefined || blob.size === undefined)) continue;
        if (shard.owns(blob.digest)) copies.set(blob.digest, copyOf(repository, blob, stored));
      }
    }
    for (const layer of elsewhere) foreign.set(layer.digest, layer);
  }
  const needed = [...copies.values()].filter(({ to }) => to.length > 0);
  const sum = (of: readonly Copy[]): number =>
    of.reduce((bytes, { size }) => bytes + (size ?? 0), 0);
  return {
    repositories: contents.filter(({ repository }) => repository !== '').length,
    tags: contents.reduce((count, { tags }) => count + tags, 0),
    manifests: contents.reduce((count, { manifests }) => count + manifests.length, 0),
    passed: contents.reduce((count, { passed }) => count + passed, 0),
    copies: needed,
    bytes: sum(needed),
    destinations: stored.map(({ name }, number) => {
      const own = needed.filter(({ to }) => to.includes(number));
      return { name, blobs: own.length, bytes: sum(own) };
    }),
    foreign: [...foreign.values()],
    problems: contents.flatMap(({ problems }) => problems),
  };
}
