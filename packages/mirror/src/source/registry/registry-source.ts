import { isName, isTag } from '@archeio/oci-distribution';
import {
  type ListedTag,
  type ReadManifest,
  type Referrers,
  type ResolvedTag,
  isPattern,
  matcher,
} from '@archeio/mirror-plan';
import {
  type GoogleListing,
  joinGoogleListings,
  readGoogleListing,
  walkGoogleRepositories,
} from './google-listing.ts';
import { pull } from './authorization.ts';
import { ManifestReader } from './manifest-reader.ts';
import type { RegistryConfiguration } from '../../options.ts';
import type { Pacer } from '../../pacer.ts';
import { readBlob } from './read-blob.ts';
import { ReferrersApi } from './referrers-api.ts';
import type { RegistryClient } from './registry-client.ts';
import { RegistryError } from './registry-error.ts';
import { RegistryPages } from './registry-pages.ts';
import { registryIdentity, sourceId } from '../source-id.ts';
import type { BlobBytes, Source } from '../source.ts';
import type { Timing } from '../../timing.ts';

/** The URL may be mistyped while a person waits, so a registry that has never answered gets few attempts. */
const FIRST_ATTEMPTS = 3;

export type RegistrySourceOptions = Pick<RegistryConfiguration, 'path'> &
  RegistryConfiguration['repositories'] & { readonly bytes: Pacer; readonly timing: Timing };

/** A registry, read with the distribution API. Repository names are relative to its path. */
export class RegistrySource implements Source {
  readonly name: string;
  readonly identity: string;
  readonly id: string;
  readonly #client: RegistryClient;
  readonly #pages: RegistryPages;
  readonly #options: RegistrySourceOptions;
  readonly #manifests: ManifestReader;
  readonly #referrers: ReferrersApi;
  /** What listing Google's repositories has already read. */
  #listed: ReadonlyMap<string, readonly ListedTag[]> = new Map();

  constructor(client: RegistryClient, options: RegistrySourceOptions) {
    this.name = new URL(client.origin).host;
    this.identity = registryIdentity(client.origin, options.path);
    this.id = sourceId(this.identity);
    this.#client = client;
    this.#pages = new RegistryPages(client);
    this.#options = options;
    this.#manifests = new ManifestReader(client);
    this.#referrers = new ReferrersApi((repository, digest, also) => {
      const full = this.#full(repository);
      return this.#pages.pages(`/v2/${full}/referrers/${digest}`, pull(full), also);
    });
  }

  async check(): Promise<void> {
    try {
      const request = { scope: '', attempts: FIRST_ATTEMPTS };
      await this.#client.text('/v2/', request);
    } catch (error) {
      // Any answer shows that the registry exists. Access to this endpoint says nothing about access to repositories.
      if (!(error instanceof RegistryError) || !error.isFinal) throw error;
    }
  }

  async repositories(): Promise<readonly string[]> {
    const { from, names, path } = this.#options;
    const plain = from === 'list' ? (names ?? []).filter((name) => !isPattern(name)) : [];
    if (from === 'list' && plain.length === names?.length) return [...new Set(plain)];
    const isWanted = matcher(names ?? ['**']);
    if (from === 'google') this.#listed = await this.#walk();
    // Names and tags become paths and keys: drop those that are invalid by the specification.
    const all = from === 'google' ? [...this.#listed.keys()] : await this.#catalog();
    const within = all
      .filter((name) => path === '' || name.startsWith(`${path}/`))
      .map((name) => (path === '' ? name : name.slice(path.length + 1)))
      .filter((name) => isName(name));
    // Listed names are wanted even if the catalog omits them.
    return [...new Set([...plain, ...within.filter(isWanted)])].toSorted();
  }

  async tags(repository: string): Promise<readonly ListedTag[]> {
    try {
      const listed = await this.#listedTags(this.#full(repository));
      return listed.filter(({ tag }) => isTag(tag));
    } catch (error) {
      // Catalogs list repositories without manifests (distribution/distribution#4324).
      const isNamed = this.#options.names?.includes(repository) === true;
      if (isNamed || !(error instanceof RegistryError) || error.status !== 404) throw error;
      return [];
    }
  }

  async #listedTags(full: string): Promise<readonly ListedTag[]> {
    if (this.#options.from === 'google')
      return this.#listed.get(full) ?? (await this.#googleListing(full)).tags;
    const pages = this.#pages.lists(`/v2/${full}/tags/list`, pull(full), 'tags');
    const tags = new Set<string>();
    for await (const page of pages) for (const tag of page) tags.add(tag);
    return [...tags].map((tag) => ({ tag }));
  }

  resolve(repository: string, tag: string): Promise<ResolvedTag> {
    return this.#manifests.resolve(this.#full(repository), tag);
  }

  manifest(repository: string, digest: string): Promise<ReadManifest> {
    return this.#manifests.manifest(this.#full(repository), digest);
  }

  taggedManifest(repository: string, tag: string): Promise<ReadManifest> {
    return this.#manifests.taggedManifest(this.#full(repository), tag);
  }

  referrers(repository: string, digest: string): Promise<Referrers> {
    return this.#referrers.referrers(repository, digest);
  }

  blob(repository: string, digest: string): BlobBytes {
    const full = this.#full(repository);
    return readBlob(this.#client, `/v2/${full}/blobs/${digest}`, pull(full), this.#options);
  }

  #full(repository: string): string {
    const { path } = this.#options;
    return path === '' ? repository : `${path}/${repository}`;
  }

  async #googleListing(full: string): Promise<GoogleListing> {
    const target = full === '' ? '/v2/tags/list' : `/v2/${full}/tags/list`;
    const pages: GoogleListing[] = [];
    for await (const { text } of this.#pages.pages(target, pull(full), []))
      pages.push(readGoogleListing(text));
    return joinGoogleListings(pages);
  }

  async #walk(): Promise<ReadonlyMap<string, readonly ListedTag[]>> {
    const { path } = this.#options;
    return walkGoogleRepositories(async (name) => {
      try {
        return await this.#googleListing(name);
      } catch (error) {
        if (!(error instanceof RegistryError) || error.status !== 404) throw error;
        // The repository was deleted while the others were listed.
        if (name !== path) return undefined;
        throw new RegistryError(
          `${error.message}: "from: google" requires a Google registry and an existing "path"`,
          404,
        );
      }
    }, path);
  }

  async #catalog(): Promise<string[]> {
    const names: string[] = [];
    const pages = this.#pages.lists('/v2/_catalog', 'registry:catalog:*', 'repositories');
    for await (const page of pages) for (const name of page) names.push(name);
    return names;
  }
}
