import { createHash } from 'node:crypto';
import {
  type Descriptor,
  digestAlgorithm,
  isName,
  isTag,
  MANIFEST_MEDIA_TYPES,
  parseManifest,
} from '@archeio/oci-distribution';
import { type ListedTag, type ReadManifest } from '@archeio/mirror';
import {
  type GoogleListing,
  joinGoogleListings,
  readGoogleListing,
  walkGoogleRepositories,
} from './google-listing.ts';
import type { Pacer } from './pacer.ts';
import { proveDigest } from './prove-digest.ts';
import { readBlob } from './read-blob.ts';
import type { RegistryClient } from './registry-client.ts';
import { RegistryError } from './registry-error.ts';
import { RegistryPages } from './registry-pages.ts';
import { isPattern } from './is-pattern.ts';
import { matcher } from './patterns.ts';
import type { BlobBytes, Source } from './source.ts';
import type { Timing } from './timing.ts';

const ACCEPT = MANIFEST_MEDIA_TYPES.join(', ');
/** Somebody may have written a wrong name, and waits: a registry that nobody has reached yet is not asked for long. */
const FIRST_ATTEMPTS = 3;
/** The distribution specification wants registries to take at least this much. */
const LARGEST_MANIFEST = 32 * 1024 * 1024;

/** What registries without the referrers API answer. */
const UNKNOWN_API: readonly number[] = [404, 405, 400];

export interface RegistrySourceOptions {
  /** Before every repository's name, or empty. */
  readonly path: string;
  readonly from: 'list' | 'catalog' | 'google';
  /** Names or patterns of names; undefined for all. */
  readonly names: readonly string[] | undefined;
  readonly bytes: Pacer;
  readonly timing: Timing;
}

/** A registry that is read by the distribution API. Names of repositories are those within its path. */
export class RegistrySource implements Source {
  readonly name: string;
  readonly #client: RegistryClient;
  readonly #pages: RegistryPages;
  readonly #options: RegistrySourceOptions;
  /** Whether the referrers API is known, by repository: one registry may stand before several. */
  readonly #knowsReferrers = new Map<string, boolean>();
  /** What the walk over Google's repositories has read already. */
  #listed: ReadonlyMap<string, readonly ListedTag[]> = new Map();

  constructor(client: RegistryClient, options: RegistrySourceOptions) {
    this.name = new URL(client.origin).host;
    this.#client = client;
    this.#pages = new RegistryPages(client);
    this.#options = options;
  }

  async check(): Promise<void> {
    try {
      const request = { scope: '', attempts: FIRST_ATTEMPTS };
      await this.#client.text('/v2/', request);
    } catch (error) {
      // Any answer shows that it is there. What it refuses here it may give where it matters, and the reverse.
      if (!(error instanceof RegistryError) || error.status === 0) throw error;
    }
  }

  async repositories(): Promise<readonly string[]> {
    const { from, names, path } = this.#options;
    const plain = from === 'list' ? (names ?? []).filter((name) => !isPattern(name)) : [];
    if (from === 'list' && plain.length === names?.length) return [...new Set(plain)];
    const isWanted = matcher(names ?? ['**']);
    if (from === 'google') this.#listed = await this.#walk();
    // Names and tags become paths and keys: what is none by the specification does not get in.
    const all = from === 'google' ? [...this.#listed.keys()] : await this.#catalog();
    const within = all
      .filter((name) => path === '' || name.startsWith(`${path}/`))
      .map((name) => (path === '' ? name : name.slice(path.length + 1)))
      .filter((name) => isName(name));
    // What is named is wanted, also where the catalog does not list it.
    return [...new Set([...plain, ...within.filter(isWanted)])].toSorted();
  }

  async tags(repository: string): Promise<readonly ListedTag[]> {
    const full = this.#full(repository);
    const listed = await this.#listedTags(full);
    return listed.filter(({ tag }) => isTag(tag));
  }

  async #listedTags(full: string): Promise<readonly ListedTag[]> {
    if (this.#options.from === 'google')
      return this.#listed.get(full) ?? (await this.#googleListing(full)).tags;
    const pages = this.#pages.lists(`/v2/${full}/tags/list`, pull(full), 'tags');
    const tags = new Set<string>();
    for await (const page of pages) for (const tag of page) tags.add(tag);
    return [...tags].map((tag) => ({ tag }));
  }

  async digestOf(repository: string, tag: string): Promise<string> {
    const full = this.#full(repository);
    const { response } = await this.#client.request(`/v2/${full}/manifests/${tag}`, {
      method: 'HEAD',
      scope: pull(full),
      headers: { accept: ACCEPT },
    });
    const digest = response.headers.get('docker-content-digest') ?? '';
    // A registry need not say it: then the manifest does.
    return digestAlgorithm(digest) === undefined
      ? (await this.#manifest(repository, tag)).digest
      : digest;
  }

  async manifest(repository: string, digest: string): Promise<ReadManifest> {
    const read = await this.#manifest(repository, digest);
    // What is signed in schema 1 is less than what is sent; its digest is not of these bytes.
    if (!read.contentType.includes('prettyjws')) proveDigest('manifest', digest, read.text);
    return { ...read, digest };
  }

  async referrers(repository: string, digest: string): Promise<readonly Descriptor[]> {
    const known = this.#knowsReferrers;
    if (known.get(repository) === false) return [];
    const full = this.#full(repository);
    const found: Descriptor[] = [];
    const pages = this.#pages.pages(`/v2/${full}/referrers/${digest}`, pull(full), UNKNOWN_API);
    for await (const { ok, text } of pages) {
      // Some that know the API answer 404 where there are none, although they must not.
      known.set(repository, ok || known.get(repository) === true);
      const index = ok ? parseManifest(text) : undefined;
      if (index?.kind === 'index') found.push(...index.manifests);
    }
    return found;
  }

  blob(repository: string, digest: string): BlobBytes {
    const full = this.#full(repository);
    return readBlob(this.#client, `/v2/${full}/blobs/${digest}`, pull(full), this.#options);
  }

  #full(repository: string): string {
    const { path } = this.#options;
    return path === '' ? repository : `${path}/${repository}`;
  }

  async #manifest(repository: string, reference: string): Promise<ReadManifest> {
    const full = this.#full(repository);
    const target = `/v2/${full}/manifests/${reference}`;
    const { response } = await this.#client.request(target, {
      scope: pull(full),
      headers: { accept: ACCEPT },
    });
    if (Number(response.headers.get('content-length')) > LARGEST_MANIFEST)
      throw new RegistryError(`cannot read manifest ${target}: it is larger than 32 MiB`, 0);
    const text = await response.text();
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    return { digest, text, contentType: response.headers.get('content-type') ?? '' };
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
        if (name !== path || !(error instanceof RegistryError) || error.status !== 404) throw error;
        throw new RegistryError(
          `${error.message}: "from: google" needs a registry of Google's, and a "path" that is there`,
          404,
        );
      }
    }, path);
  }

  async #catalog(): Promise<string[]> {
    const names: string[] = [];
    const pages = this.#pages.lists('/v2/_catalog', 'registry:catalog:*', 'repositories');
    for await (const page of pages) names.push(...page);
    return names;
  }
}

const pull = (repository: string): string => `repository:${repository}:pull`;
