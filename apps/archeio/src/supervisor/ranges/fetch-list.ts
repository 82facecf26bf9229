import type { CloudSource, Provider } from '@archeio/clouds';
import { FetchError, type Validators } from '../../platform/fetch-bytes.ts';
import { type Fetched, fetchText, type Patience } from './fetch-text.ts';
import { withoutQuery } from '@archeio/plain-errors';

/** The validators of each file, by its URL. */
export type KnownValidators = Readonly<Record<string, Validators>>;

/** The link to the list if the answer is a page; undefined if it is the list itself. */
function linkIn(url: string, text: string, { link }: Provider): string | undefined {
  if (link === undefined || !text.trimStart().startsWith('<')) return undefined;
  const found = link.pattern.exec(text)?.[0];
  const allowed = [new URL(url).origin, link.origin];
  if (found === undefined || !allowed.includes(new URL(found).origin)) {
    throw new FetchError(url, 'the page has no link to the list', false);
  }
  return found;
}

/** Fetches the provider's files; replaces a page by the list that it links to. */
async function fetchFiles(
  provider: Provider,
  known: KnownValidators,
  patience: Patience,
): Promise<(readonly [string, Fetched])[]> {
  const files: (readonly [string, Fetched])[] = [];
  for (const url of provider.urls) {
    const fetched = await fetchText(url, known[url] ?? {}, patience);
    const link = fetched.kind === 'text' ? linkIn(url, fetched.text, provider) : undefined;
    if (link === undefined) files.push([url, fetched]);
    else files.push([link, await fetchText(link, known[link] ?? {}, patience)]);
  }
  return files;
}

/**
 * Fetches the provider's list; undefined if none of its files has changed.
 *
 * @param known validators of the files of the current list; empty without one
 * @throws FetchError if it cannot be fetched, SyntaxError if it is malformed
 */
export async function fetchList(
  provider: Provider,
  known: KnownValidators,
  patience: Patience,
): Promise<{ source: CloudSource; validators: KnownValidators } | undefined> {
  const files = await fetchFiles(provider, known, patience);
  if (files.every(([, { kind }]) => kind === 'unchanged')) return undefined;
  const texts = [];
  const validators: Record<string, Validators> = {};
  for (const [url, first] of files) {
    // Another file has changed. Texts are not kept, so this one is fetched again.
    const fetched = first.kind === 'text' ? first : await fetchText(url, {}, patience);
    if (fetched.kind === 'unchanged') {
      throw new FetchError(url, 'status 304 to a request without a condition', false);
    }
    texts.push({ text: fetched.text, name: withoutQuery(url) });
    validators[url] = fetched.validators;
  }
  return { source: provider.read(texts), validators };
}
