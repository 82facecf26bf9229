import {
  type Continuation,
  continuationOf,
  LIST_PAGE_SIZE,
  nextPage,
  PAGE_SIZE_REFUSALS,
} from '@archeio/oci-distribution';
import { reasonOf } from '@archeio/mirror-plan';
import { isObject, tryParseJson } from '../../json-value.ts';
import { ListProgress } from './list-progress.ts';
import type { RegistryClient } from './registry-client.ts';
import { type AnsweredText, RegistryError } from './registry-error.ts';

/** One page of an answer in pages. */
export interface Page extends AnsweredText {
  readonly url: string;
}

/**
 * The list of strings at a key. `null` is an empty list (distribution), and some registries omit an empty list of tags.
 *
 * @throws RegistryError for anything else: a missing list would look like an empty registry
 */
function listOf(text: string, key: string, url: string): readonly string[] {
  const document = tryParseJson(text);
  if (isObject(document) && !('errors' in document)) {
    const list = document[key] ?? ('name' in document || key in document ? [] : undefined);
    if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
  }
  throw new RegistryError(`cannot read ${url}: expected JSON with ${key}`, 0);
}

/** URL of the next page; undefined after the last one. */
function followed(link: string | null, page: string): string | undefined {
  try {
    return nextPage(link, page);
  } catch (error) {
    throw new RegistryError(`cannot read all pages after ${page}: ${reasonOf(error)}`, 0);
  }
}

/** Reads paginated answers, completely or not at all. */
export class RegistryPages {
  readonly #client: RegistryClient;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /**
   * The lists of all pages. Entries may be repeated.
   *
   * @param key of the list in each document
   */
  async *lists(target: string, scope: string, key: string): AsyncGenerator<readonly string[]> {
    const sized = `${target}?n=${LIST_PAGE_SIZE}`;
    const ended = yield* this.#listsFrom(sized, scope, key, PAGE_SIZE_REFUSALS);
    if (ended === 'end') return;
    // The registry refuses this page size, or cannot continue after such a page: let it choose the size.
    let listed = 0;
    for await (const list of this.#listsFrom(target, scope, key, [])) {
      listed += list.length;
      yield list;
    }
    if (ended === 'ignored' && listed < LIST_PAGE_SIZE)
      throw new RegistryError(
        `cannot read all of ${sized}: expected a Link to the next page, or support for "last"`,
        0,
      );
  }

  async *#listsFrom(
    target: string,
    scope: string,
    key: string,
    refusals: readonly number[],
  ): AsyncGenerator<readonly string[], 'end' | 'ignored' | 'refused'> {
    const progress = new ListProgress();
    for (let first = target; ;) {
      let after: Continuation = 'end';
      const pages = this.pages(first, scope, first === target ? refusals : undefined);
      for await (const { url, ok, text } of pages) {
        if (!ok) return 'refused';
        const list = listOf(text, key, url);
        after = continuationOf(url, list);
        progress.page(url, list);
        yield list;
      }
      if (typeof after === 'string') return after;
      first = after.url;
    }
  }

  /**
   * The answers of all pages; `Link` names the next one (distribution-spec 1.1, "Listing Tags").
   *
   * @param also accepted statuses of the first page besides 2xx, which end the list; undefined if other pages came
   * before it
   */
  async *pages(
    first: string,
    scope: string,
    also: readonly number[] | undefined,
  ): AsyncGenerator<Page> {
    const seen = new Set<string>();
    let url: string | undefined = new URL(first, this.#client.origin).href;
    while (url !== undefined) {
      // A loop means that the list is incomplete, and gc must not rely on it.
      if (seen.has(url)) throw new RegistryError(`cannot read ${url}: its pages form a loop`, 0);
      const isFirst = seen.size === 0 && also !== undefined;
      seen.add(url);
      const answer: AnsweredText = await this.#client
        .text(url, { scope, also: isFirst ? also : [] })
        .catch((error: unknown) => {
          // A later page that is missing is not a missing list.
          if (isFirst || !(error instanceof RegistryError)) throw error;
          throw new RegistryError(error.message, 0);
        });
      yield { ...answer, url };
      url = answer.ok ? followed(answer.headers.get('link'), url) : undefined;
    }
  }
}
