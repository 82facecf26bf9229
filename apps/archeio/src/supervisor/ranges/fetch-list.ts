import type { CloudSource, Provider } from '@archeio/clouds';
import { fetchPatiently, type Patience } from './fetch-patiently.ts';
import { FetchError, type Fetched, type Validators } from './fetch-text.ts';
import { withoutQuery } from '@archeio/plain-errors';

/** What servers said of each file, by its address. */
export type KnownValidators = Readonly<Record<string, Validators>>;

/** A list as a provider publishes it now. */
export interface FetchedList {
  readonly source: CloudSource;
  readonly validators: KnownValidators;
}

/** Where Azure's page may send us: to itself, or to Microsoft's downloads. */
const DOWNLOADS = 'https://download.microsoft.com';

/** The list's address where a page was answered, which is not the list itself. */
function linkIn(url: string, text: string, { link }: Provider): string | undefined {
  if (link === undefined || !text.trimStart().startsWith('<')) return undefined;
  const found = link.exec(text)?.[0];
  const allowed = [new URL(url).origin, DOWNLOADS];
  if (found === undefined || !allowed.includes(new URL(found).origin)) {
    throw new FetchError(url, 'the page has no link to the list', false);
  }
  return found;
}

/** The files of the provider, a page replaced by what it links to. */
async function fetchFiles(
  provider: Provider,
  known: KnownValidators,
  patience: Patience,
): Promise<(readonly [string, Fetched])[]> {
  const files: (readonly [string, Fetched])[] = [];
  for (const url of provider.urls) {
    const fetched = await fetchPatiently(url, known[url] ?? {}, patience);
    const link = fetched.kind === 'text' ? linkIn(url, fetched.text, provider) : undefined;
    files.push(
      link === undefined
        ? [url, fetched]
        : [link, await fetchPatiently(link, known[link] ?? {}, patience)],
    );
  }
  return files;
}

/**
 * The provider's list, or `undefined` where none of its files has changed.
 *
 * @param known what came with the files of the list that we have; empty where we have none
 * @throws FetchError if it cannot be fetched, SyntaxError if it is malformed
 */
export async function fetchList(
  provider: Provider,
  known: KnownValidators,
  patience: Patience,
): Promise<FetchedList | undefined> {
  const files = await fetchFiles(provider, known, patience);
  if (files.every(([, { kind }]) => kind === 'unchanged')) return undefined;
  const texts = [];
  const validators: Record<string, Validators> = {};
  for (const [url, first] of files) {
    // Of two files one has changed: the texts are not kept, so the other is fetched once more.
    const fetched = first.kind === 'text' ? first : await fetchPatiently(url, {}, patience);
    if (fetched.kind === 'unchanged') {
      throw new FetchError(url, 'status 304 to a request without a condition', false);
    }
    texts.push({ text: fetched.text, name: withoutQuery(url) });
    validators[url] = fetched.validators;
  }
  return { source: provider.read(texts), validators };
}
