import { createHash } from 'node:crypto';
import {
  type Descriptor,
  digestAlgorithm,
  isName,
  isTag,
  MANIFEST_MEDIA_TYPES,
  nextPage,
  parseManifest,
} from '@archeio/oci-distribution';
import { type ListedTag, type ReadManifest, reasonOf } from '@archeio/mirror';
import {
  type GoogleListing,
  joinGoogleListings,
  readGoogleListing,
  walkGoogleRepositories,
} from './google-listing.ts';
import { isObject, tryParseJson } from './json-value.ts';
import type { Pacer } from './pacer.ts';
import { proveDigest } from './prove-digest.ts';
import { readBlob } from './read-blob.ts';
import type { RegistryClient } from './registry-client.ts';
import { RegistryError } from './registry-error.ts';
import { isPattern } from './is-pattern.ts';
import { ListProgress } from './list-progress.ts';
import { matcher } from './patterns.ts';
import type { BlobBytes, Source } from './source.ts';
import type { Timing } from './timing.ts';

const ACCEPT = MANIFEST_MEDIA_TYPES.join(', ');
/** Somebody may have written a wrong name, and waits: a registry that nobody has reached yet is not asked for long. */
const FIRST_ATTEMPTS = 3;
/** The distribution specification wants registries to take at least this much. */
const LARGEST_MANIFEST = 32 * 1024 * 1024;

/** Repositories or tags that are asked for at once. */
const MOST_LISTED = 1000;
/** What registries without the referrers API answer. */
const UNKNOWN_API: readonly number[] = [404, 405, 400];

interface Page {
  readonly url: string;
  readonly isOk: boolean;
  readonly text: string;
}

export interface RegistrySourceOptions {
  /** Before every repository's name, or empty. */
  readonly path: string;
  readonly from: 'list' | 'catalog' | 'google';
  /** Names or patterns of names; undefined for all. */
  readonly names: readonly string[] | undefined;
  readonly bytes: Pacer;
  readonly timing: Timing;
}

/**
 * The texts at a key. `null` is an empty list (distribution), and some leave an empty list of tags out.
 *
 * @throws RegistryError for anything else: what is missing in a list looks as if the registry did not have it
 */
function listOf(text: string, key: string, url: string): readonly string[] {
  const document = tryParseJson(text);
  if (isObject(document) && !('errors' in document)) {
    const list = document[key] ?? ('name' in document || key in document ? [] : undefined);
    if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
  }
  throw new RegistryError(`cannot read ${url}: expected JSON with ${key}`, 0);
}

/** A registry that is read by the distribution API. Names of repositories are those within its path. */
export class RegistrySource implements Source {
  readonly name: string;
  readonly #client: RegistryClient;
  readonly #options: RegistrySourceOptions;
  /** Whether the referrers API is known, by repository: one registry may stand before several. */
  readonly #knowsReferrers = new Map<string, boolean>();
  /** What the walk over Google's repositories has read already. */
  #listed: ReadonlyMap<string, readonly ListedTag[]> = new Map();

  constructor(client: RegistryClient, options: RegistrySourceOptions) {
    this.name = new URL(client.origin).host;
    this.#client = client;
    this.#options = options;
  }

  async check(): Promise<void> {
    try {
      const request = { scope: '', attempts: FIRST_ATTEMPTS };
      const { response } = await this.#client.request('/v2/', request);
      await response.text();
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
    const pages = this.#lists(`/v2/${full}/tags/list`, pull(full), 'tags');
    const tags: ListedTag[] = [];
    for await (const page of pages) tags.push(...page.map((tag) => ({ tag })));
    return tags;
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
    const pages = this.#pages(`/v2/${full}/referrers/${digest}`, pull(full), UNKNOWN_API);
    for await (const { isOk, text } of pages) {
      // Some that know the API answer 404 where there are none, although they must not.
      known.set(repository, isOk || known.get(repository) === true);
      const index = isOk ? parseManifest(text) : undefined;
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
    for await (const { text } of this.#pages(target, pull(full), []))
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
    const pages = this.#lists('/v2/_catalog', 'registry:catalog:*', 'repositories');
    for await (const page of pages) names.push(...page);
    return names;
  }

  /** The lists on all pages, as many at once as the registry gives. */
  async *#lists(target: string, scope: string, key: string): AsyncGenerator<readonly string[]> {
    // Where it is set to fewer, docker-registry refuses that many; it decides itself where none are asked for.
    for (const [first, also] of [
      [`${target}?n=${MOST_LISTED}`, [400]],
      [target, []],
    ] as const) {
      let isRefused = false;
      const progress = new ListProgress();
      for await (const { url, isOk, text } of this.#pages(first, scope, also)) {
        isRefused = !isOk;
        if (isRefused) break;
        const list = listOf(text, key, url);
        progress.page(url, list);
        yield list;
      }
      if (!isRefused) return;
    }
  }

  /**
   * The answers of all pages; a `Link` says where the next one is (distribution-spec 1.1, "Listing Tags").
   *
   * @param also what the first of them may be answered besides 2xx: then it is the only one
   */
  async *#pages(first: string, scope: string, also: readonly number[]): AsyncGenerator<Page> {
    const seen = new Set<string>();
    let url: string | undefined = new URL(first, this.#client.origin).href;
    while (url !== undefined) {
      // A list that goes round in a circle is not whole, and gc must not believe that it is.
      if (seen.has(url))
        throw new RegistryError(`cannot read ${url}: its pages lead back to it`, 0);
      const request = { scope, also: seen.size === 0 ? also : [] };
      seen.add(url);
      const { response }: { response: Response } = await this.#client.request(url, request);
      yield { url, isOk: response.ok, text: await response.text() };
      url = response.ok ? followed(response.headers.get('link'), url) : undefined;
    }
  }
}

const pull = (repository: string): string => `repository:${repository}:pull`;

/** Where a page leads; undefined from the last. */
function followed(link: string | null, page: string): string | undefined {
  try {
    return nextPage(link, page);
  } catch (error) {
    throw new RegistryError(`cannot read all pages after ${page}: ${reasonOf(error)}`, 0);
  }
}
