import {
  type CopiedRepository,
  isTagCopied,
  type ListedCopy,
  NO_STATE,
  NOT_COPIED,
  parseCopyKey,
  parseState,
  repositoryOfState,
  type RepositoryState,
  type Sightings,
  wholeInCopy,
} from '@archeio/mirror-plan';
import type { CopyPlace } from '../../destination/copy-place.ts';
import type { Destination } from '../../destination/destination.ts';
import { gather } from './gather.ts';

/** The copy of a registry in a destination when it was listed. */
export class StoredCopy {
  readonly destination: Destination;
  readonly place: CopyPlace;
  readonly #states: ReadonlyMap<string, RepositoryState>;
  readonly #listed = new Map<string, Map<string, ListedCopy>>();
  /** Objects that belong to no repository. */
  readonly #others = new Map<string, ListedCopy>();
  readonly #sightings: Sightings;
  readonly #repositories = new Map<string, CopiedRepository>();
  readonly #whole = new Map<string, ReadonlySet<string>>();

  constructor(
    { destination, place }: Pick<StoredCopy, 'destination' | 'place'>,
    objects: readonly ListedCopy[],
    states: ReadonlyMap<string, RepositoryState>,
    sightings: Sightings,
  ) {
    this.destination = destination;
    this.place = place;
    this.#states = states;
    this.#sightings = sightings;
    for (const object of objects) {
      const repository = parseCopyKey(object.key)?.repository;
      if (repository === undefined) this.#others.set(object.key, object);
      else {
        const known = this.#listed.get(repository) ?? new Map<string, ListedCopy>();
        this.#listed.set(repository, known.set(object.key, object));
      }
    }
  }

  /** Repositories of which it has something. */
  get repositories(): readonly string[] {
    return [...new Set([...this.#listed.keys(), ...this.#states.keys()])].toSorted();
  }

  /** Whether it has an object that belongs to no repository. */
  has(key: string): boolean {
    return this.#others.has(key);
  }

  /** Everything of a repository, also what gc may be about to delete. */
  objects(repository: string): ReadonlyMap<string, ListedCopy> {
    return this.#listed.get(repository) ?? new Map();
  }

  state(repository: string): RepositoryState {
    return this.#states.get(repository) ?? NO_STATE;
  }

  /** Counts an object as missing from now on. */
  distrust(repository: string, key: string): void {
    const { state, listed } = this.copied(repository);
    const rest = new Map([...listed].filter(([each]) => each !== key));
    this.#repositories.set(repository, { state, listed: rest });
    this.#whole.delete(repository);
  }

  /** A repository, without what gc may be about to delete. */
  copied(repository: string): CopiedRepository {
    const known = this.#repositories.get(repository);
    if (known !== undefined) return known;
    const listed = new Map(
      [...this.objects(repository)].filter(([key, { modified }]) => {
        const since = this.#sightings.objects.get(key);
        return since === undefined || modified > since;
      }),
    );
    const copied =
      listed.size === 0 && !this.#states.has(repository)
        ? NOT_COPIED
        : { state: this.state(repository), listed };
    this.#repositories.set(repository, copied);
    return copied;
  }

  /** Whether a manifest is in the copy, with everything that it lists. */
  hasManifest(repository: string, digest: string): boolean {
    const copied = this.copied(repository);
    const whole = this.#whole.get(repository) ?? wholeInCopy(repository, copied);
    this.#whole.set(repository, whole);
    return whole.has(digest) && (!this.place.linksBlobs || copied.state.hasBlobs);
  }

  /** Whether a tag is in the copy as it was written, with its image. */
  hasTag(repository: string, tag: string): boolean {
    const copied = this.copied(repository);
    const digest = copied.state.tags.get(tag)?.digest ?? '';
    return isTagCopied(repository, tag, copied) && this.hasManifest(repository, digest);
  }
}

/**
 * Lists the copy of a registry; undefined if the destination is not one.
 *
 * @param onListed called for each object
 */
export async function listCopy(
  destination: Destination,
  sightings: Sightings,
  onListed: () => void,
): Promise<StoredCopy | undefined> {
  const { copy: place } = destination;
  if (place === undefined) return undefined;
  const states = new Map<string, RepositoryState>();
  for await (const key of place.states()) {
    const repository = repositoryOfState(key);
    if (repository === undefined) continue;
    const state = parseState((await destination.getText(key)) ?? '');
    // What cannot be read is read again from the source, and written again.
    if (state !== undefined) states.set(repository, state);
    onListed();
  }
  const objects: ListedCopy[] = [];
  for await (const object of place.list()) {
    objects.push(object);
    onListed();
  }
  return new StoredCopy({ destination, place }, objects, states, sightings);
}

/** The bytes of a small object of a copy; undefined if it does not exist. */
export async function readSmall(
  place: CopyPlace,
  key: string,
): Promise<{ readonly mediaType: string; readonly bytes: Uint8Array } | undefined> {
  const found = await place.read(key);
  return found && { mediaType: found.mediaType, bytes: await gather(found.bytes) };
}
