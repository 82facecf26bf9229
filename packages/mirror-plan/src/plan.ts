import { type Descriptor, mayHaveSize } from '@archeio/oci-distribution';
import type { Contents } from './contents.ts';
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
export interface Copy {
  readonly digest: string;
  /** Bytes; undefined if no manifest says it, or manifests disagree. */
  readonly size: number | undefined;
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
  readonly notes: readonly Problem[];
  /** Blobs of which manifests name different sizes: what is copied decides who is right. */
  readonly disputed: readonly Problem[];
}

/** A blob, and what manifests say of it. */
interface Wanted {
  readonly repository: string;
  readonly digest: string;
  /** Manifests by the size that they name. */
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

function disputeOf({ repository, digest, sizes }: Wanted): Problem {
  const said = [...sizes].map(([size, manifest]) => `${size} bytes by manifest ${manifest}`);
  return { repository, reference: digest, why: `has ${said.join(', and ')}: only one is right` };
}

function copyOf({ repository, digest, sizes }: Wanted, stored: readonly Stored[]): Copy {
  const found = stored.map((destination) => destination.sizeOf(digest));
  const possible = found.map((has) =>
    has !== undefined && mayHaveSize(digest, has) ? has : undefined,
  );
  // What was stored was proven by its digest, so among several sizes it has the right one, and the same everywhere.
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

/** Compares what is wanted with what is there. */
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
