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

/** Where a page leads; undefined from the last. */
function followed(link: string | null, page: string): string | undefined {
  try {
    return nextPage(link, page);
  } catch (error) {
    throw new RegistryError(`cannot read all pages after ${page}: ${reasonOf(error)}`, 0);
  }
}

/** Reads what a registry gives in pages, whole or not at all. */
export class RegistryPages {
  readonly #client: RegistryClient;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /**
   * The lists on all pages. Entries can be on more than one.
   *
   * @param key of the list in each document
   */
  async *lists(target: string, scope: string, key: string): AsyncGenerator<readonly string[]> {
    const sized = `${target}?n=${LIST_PAGE_SIZE}`;
    const ended = yield* this.#listsFrom(sized, scope, key, PAGE_SIZE_REFUSALS);
    if (ended === 'end') return;
    // The registry refuses pages of that size, or does not know how to go on after one: it is asked for what it likes.
    let listed = 0;
    for await (const list of this.#listsFrom(target, scope, key, [])) {
      listed += list.length;
      yield list;
    }
    if (ended === 'ignored' && listed < LIST_PAGE_SIZE)
      throw new RegistryError(
        `cannot read all of ${sized}: expected a Link to the next page, or a registry that knows "last"`,
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
   * The answers of all pages; a `Link` says where the next one is (distribution-spec 1.1, "Listing Tags").
   *
   * @param also what the first of them may be answered besides 2xx: then it is the only one; undefined where pages came
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
      // A list that goes round in a circle is not whole, and gc must not believe that it is.
      if (seen.has(url))
        throw new RegistryError(`cannot read ${url}: its pages lead back to it`, 0);
      const isFirst = seen.size === 0 && also !== undefined;
      seen.add(url);
      const answer: AnsweredText = await this.#client
        .text(url, { scope, also: isFirst ? also : [] })
        .catch((error: unknown) => {
          // A later page that is not found is not a list that is not there.
          if (isFirst || !(error instanceof RegistryError)) throw error;
          throw new RegistryError(error.message, 0);
        });
      yield { ...answer, url };
      url = answer.ok ? followed(answer.headers.get('link'), url) : undefined;
    }
  }
}
