import type { RequestListener } from 'node:http';
import { type FakeStore, httpStore } from '../../../backends/client/testing/fake-store.ts';

/** A fake registry, with the requests that it has received. */
export interface FakeRegistry extends FakeStore {
  /** Path, query and user agent of each, oldest first. */
  readonly asked: readonly { readonly url: string; readonly userAgent: string | undefined }[];
}

async function recording(listener: RequestListener): Promise<FakeRegistry> {
  const asked: { url: string; userAgent: string | undefined }[] = [];
  const store = await httpStore((request, response) => {
    asked.push({ url: request.url ?? '', userAgent: request.headers['user-agent'] });
    listener(request, response);
  });
  return Object.assign(store, { asked });
}

interface ScriptedAnswer {
  readonly body?: unknown;
  readonly link?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers requests with JSON by their path and query, optionally with a Link or another status. */
export function scripted(
  answers: Readonly<Record<string, ScriptedAnswer>> | ((url: string) => ScriptedAnswer | undefined),
): Promise<FakeRegistry> {
  return recording((request, response) => {
    const url = request.url ?? '';
    const found = typeof answers === 'function' ? answers(url) : answers[url];
    const { body, link, status = 200, headers }: ScriptedAnswer = found ?? { status: 404 };
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(link !== undefined && { link }),
      ...headers,
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  });
}

/** Like distribution: names in order, at most `atMost` on a page, and a Link on each full page unless disabled. */
export function playDistribution(
  names: readonly string[],
  atMost = 1000,
  links: 'with Link' | 'without Link' = 'with Link',
): Promise<FakeRegistry> {
  const sorted = names.toSorted();
  return recording((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://registry.test');
    const size = Math.min(Number(searchParams.get('n')), atMost);
    const last = searchParams.get('last') ?? '';
    const repositories = sorted.filter((name) => name > last).slice(0, size);
    const query = new URLSearchParams({ last: repositories.at(-1) ?? '', n: String(size) });
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(links === 'with Link' &&
        repositories.length === size && {
          link: `</v2/_catalog?${query.toString()}>; rel="next"`,
        }),
    });
    response.end(JSON.stringify({ repositories }));
  });
}

/** Like Artifact Registry: `tags/list` of a name has the names below it. */
export function playGoogle(repositories: readonly string[]): Promise<FakeRegistry> {
  return recording((request, response) => {
    const [, folder = ''] = /^\/v2\/(.*?)\/?tags\/list$/.exec(request.url ?? '') ?? [];
    const within = folder === '' ? '' : `${folder}/`;
    const below = repositories.filter((name) => name.startsWith(within));
    const child = new Set(below.map((name) => name.slice(within.length).split('/')[0]));
    const own = repositories.includes(folder);
    response.writeHead(child.size > 0 || own ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        child: [...child],
        manifest: own ? { 'sha256:00': { tag: [], imageSizeBytes: '1' } } : {},
        name: folder,
        tags: [],
      }),
    );
  });
}
