import { parseManifest } from '@archeio/oci-distribution';
import type { Referrers } from '@archeio/mirror-plan';
import { isObject, tryParseJson } from '../../json-value.ts';
import { RegistryError } from './registry-error.ts';
import type { Page } from './registry-pages.ts';

type AnsweredPage = Pick<Page, 'url' | 'status' | 'text'>;

/** Requests the referrers of a manifest, in pages. `also` lists accepted statuses of the first page besides 2xx. */
export type AskForReferrers = (
  repository: string,
  digest: string,
  also: readonly number[],
) => AsyncIterable<AnsweredPage>;

/** Statuses of registries that do not know the API. */
const UNKNOWN: readonly number[] = [400, 404, 405, 406, 501];
/** Statuses of registries that served the manifest itself, but refuse the API. */
const REFUSED: readonly number[] = [401, 403];
const FIRST: readonly number[] = [...UNKNOWN, ...REFUSED];

const NONE: Referrers = Object.freeze({ found: [] });

interface Asked {
  /** Whether the repository supports the API; undefined if its answer does not tell. */
  readonly isKnown: boolean | undefined;
  readonly referrers: Referrers;
}

/** Whether a page is an index: registries without the API may answer 200 with a web page, or with any JSON. */
function isIndexPage({ status, text }: AnsweredPage): boolean {
  const document = status >= 200 && status < 300 ? tryParseJson(text) : undefined;
  const list = isObject(document) ? document['manifests'] : undefined;
  return Array.isArray(list) || list === null;
}

/** Whether a 404 is from a registry that looked for the manifest, and so for its referrers. */
const hasLooked = ({ status, text }: AnsweredPage): boolean =>
  status === 404 && text.includes('"MANIFEST_UNKNOWN"');

/**
 * The referrers API of a registry (distribution-spec 1.1, "Listing Referrers"). Support is tested once per repository,
 * since one registry may be a front for several.
 */
export class ReferrersApi {
  readonly #ask: AskForReferrers;
  /** Whether the API is supported, by repository. */
  readonly #known = new Map<string, Promise<boolean | undefined>>();

  constructor(ask: AskForReferrers) {
    this.#ask = ask;
  }

  async referrers(repository: string, digest: string): Promise<Referrers> {
    const deciding = this.#known.get(repository);
    if (deciding === undefined) return this.#askFirst(repository, digest);
    // An error says nothing about the API; the caller reports it.
    const isKnown = await deciding.catch(() => undefined);
    if (isKnown === undefined) return this.#askFirst(repository, digest);
    return isKnown ? this.#askAgain(repository, digest) : NONE;
  }

  /** Tests a repository whose support is unknown. Concurrent callers wait for the result. */
  async #askFirst(repository: string, digest: string): Promise<Referrers> {
    const asked = this.#first(repository, digest);
    const deciding = asked.then(({ isKnown }) => isKnown);
    this.#known.set(repository, deciding);
    const forget = (): void => {
      if (this.#known.get(repository) === deciding) this.#known.delete(repository);
    };
    deciding.then((isKnown) => {
      if (isKnown === undefined) forget();
    }, forget);
    return (await asked).referrers;
  }

  async #first(repository: string, digest: string): Promise<Asked> {
    const pages: AnsweredPage[] = [];
    try {
      for await (const page of this.#ask(repository, digest, FIRST)) {
        if (pages.length === 0 && !isIndexPage(page)) return unknown(repository, page);
        pages.push(page);
      }
    } catch (error) {
      // With no answer to its challenge, the request is not sent at all.
      const status = error instanceof RegistryError && pages.length === 0 ? error.status : 0;
      if (REFUSED.includes(status)) return refused(repository, status);
      throw error;
    }
    return { isKnown: true, referrers: { found: pages.flatMap((page) => manifestsOf(page)) } };
  }

  async #askAgain(repository: string, digest: string): Promise<Referrers> {
    const found: Referrers['found'][number][] = [];
    // Some registries that support the API answer 404 for an empty list, although they must not.
    for await (const page of this.#ask(repository, digest, [404]))
      if (page.status !== 404) for (const each of manifestsOf(page)) found.push(each);
    return { found };
  }
}

function manifestsOf(page: AnsweredPage): Referrers['found'] {
  const index = isIndexPage(page) ? parseManifest(page.text) : undefined;
  if (index?.kind === 'index') return index.manifests;
  throw new RegistryError(`cannot read ${page.url}: expected an index of referrers`, 0);
}

function unknown(repository: string, page: AnsweredPage): Asked {
  if (REFUSED.includes(page.status)) return refused(repository, page.status);
  return { isKnown: hasLooked(page) ? undefined : false, referrers: NONE };
}

function refused(repository: string, status: number): Asked {
  const why = `the registry refuses the referrers API for ${repository} (answered ${status}): only tagged referrers are found`;
  return { isKnown: false, referrers: { found: [], refused: why } };
}
