import { type Descriptor, mayHaveSize } from '@archeio/oci-distribution';
import type { Contents } from './contents.ts';
import type { Shard } from './shard.ts';
import type { MirrorProblem } from './source.ts';

/** What a destination has, according to its listing. */
export interface Stored {
  readonly name: string;
  /** Bytes of a stored blob; undefined if it is not stored. */
  sizeOf(digest: string): number | undefined;
  /** Whether gc may delete it at any moment, so that it must be written again before anything relies on it. */
  isDoubted(digest: string): boolean;
}

/** A blob to be read once from the source and written to some destinations. */
export interface Copy {
  readonly digest: string;
  /** Bytes; undefined if no manifest states it, or if manifests disagree. */
  readonly size: number | undefined;
  /** A repository that has it. */
  readonly repository: string;
  /** Indexes of the destinations to write to. */
  readonly to: readonly number[];
  /** Those of them that have an object under its key, which is overwritten. */
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
  /** In the order of the repositories, so that manifests are completed early. */
  readonly copies: readonly Copy[];
  /** Bytes to read from the source; blobs of unknown size count as 0. */
  readonly bytes: number;
  readonly destinations: readonly DestinationPlan[];
  readonly foreign: readonly Descriptor[];
  readonly problems: readonly MirrorProblem[];
  readonly notes: readonly MirrorProblem[];
  /** Blobs for which manifests state different sizes; copying shows which one is right. */
  readonly disputed: readonly MirrorProblem[];
}

/** A blob, and what manifests state about it. */
interface Wanted {
  readonly repository: string;
  readonly digest: string;
  /** Manifests by the size that they state. */
  readonly sizes: Map<number, string>;
}

function wantedOf(contents: readonly Contents[]): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { repository, manifests } of contents) {
    for (const manifest of manifests) {
      for (const { digest, size } of manifest.blobs) {
        const known = wanted.get(digest) ?? { repository, digest, sizes: new Map() };
        wanted.set(digest, known);
        if (size !== undefined && !known.sizes.has(size)) known.sizes.set(size, manifest.digest);
      }
    }
  }
  return wanted;
}

function disputeOf({ repository, digest, sizes }: Wanted): MirrorProblem {
  const said = [...sizes].map(
    ([size, manifest]) => `${size} bytes according to manifest ${manifest}`,
  );
  return { repository, reference: digest, why: `has ${said.join(', and ')}: only one is right` };
}

function copyOf({ repository, digest, sizes }: Wanted, stored: readonly Stored[]): Copy {
  const found = stored.map((destination) => destination.sizeOf(digest));
  const possible = found.map((has) =>
    has !== undefined && mayHaveSize(digest, has) ? has : undefined,
  );
  // Stored blobs were verified by digest, so the stored size is right, and the same in all destinations.
  const isAgreed =
    sizes.size < 2 || new Set(possible.filter((has) => has !== undefined)).size === 1;
  const to: number[] = [];
  const replace: number[] = [];
  stored.forEach((destination, number) => {
    const has = possible[number];
    const isThere = has !== undefined && isAgreed && (sizes.size === 0 || sizes.has(has));
    if (isThere && !destination.isDoubted(digest)) return;
    to.push(number);
    if (found[number] !== undefined) replace.push(number);
  });
  const [size] = sizes.size === 1 ? sizes.keys() : [];
  return { digest, size, repository, to, replace };
}

/** Compares what is wanted with what is stored. */
export function makePlan(
  contents: readonly Contents[],
  stored: readonly Stored[],
  shard: Shard,
): Plan {
  const foreign = new Map<string, Descriptor>();
  for (const layer of contents.flatMap((each) => each.foreign)) foreign.set(layer.digest, layer);
  const wanted = [...wantedOf(contents).values()];
  const needed = wanted
    .filter(({ digest }) => shard.owns(digest))
    .map((blob) => copyOf(blob, stored))
    .filter(({ to }) => to.length > 0);
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
    notes: contents.flatMap(({ notes }) => notes),
    disputed: wanted.filter(({ sizes }) => sizes.size > 1).map((blob) => disputeOf(blob)),
  };
}
