import { withoutQuery } from '@archeio/plain-errors';

/**
 * Whether a URL contains a user or password. In a URL that cannot be parsed, any "@" may follow a password, which no
 * message may reveal.
 */
export function hasCredentials(text: string, url: URL | null): boolean {
  return url === null ? text.includes('@') : url.username !== '' || url.password !== '';
}

function parseHttpUrl(text: string): URL {
  const url = URL.parse(text);
  if (hasCredentials(text, url)) {
    throw new RangeError(
      'cannot read URL: it contains credentials, which redirects would reveal to every client',
    );
  }
  if (url === null || !/^https?:\/\//i.test(text)) {
    throw new RangeError(
      `cannot read URL ${JSON.stringify(withoutQuery(text))}: expected http://host or https://host`,
    );
  }
  return url;
}

/**
 * Reads the URL of a page: http or https, without credentials.
 *
 * @throws RangeError that names the problem
 */
export function parsePageUrl(text: string): string {
  parseHttpUrl(text);
  if (/[^!-~]/.test(text)) {
    throw new RangeError(
      `cannot read URL ${JSON.stringify(withoutQuery(text))}: spaces and characters beyond ASCII must be escaped`,
    );
  }
  return text;
}

/**
 * Reads the URL of a backend: http or https, without credentials, query or fragment. Removes a trailing slash.
 *
 * @throws RangeError that names the problem
 */
export function parseBaseUrl(text: string): string {
  const url = parseHttpUrl(text);
  if (/[?#]/.test(text)) {
    // The query of a shared access URL is a secret.
    throw new RangeError(
      `cannot read URL ${JSON.stringify(withoutQuery(text))} and what follows it: a query or fragment is not allowed here`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/**
 * The same for a registry, whose API begins at the root of its host.
 *
 * @throws RangeError that names the problem
 */
export function parseOrigin(text: string): string {
  const url = parseBaseUrl(text);
  if (new URL(url).pathname !== '/') {
    throw new RangeError(
      `cannot read URL ${JSON.stringify(withoutQuery(text))}: the URL of a registry has no path; set the path of its repositories separately`,
    );
  }
  return url;
}

/**
 * The same for the URL of Archeio's `/token`, as clients reach it.
 *
 * @throws RangeError that names the problem
 */
export function parseTokenUrl(text: string): string {
  const url = parseBaseUrl(text);
  if (!new URL(url).pathname.endsWith('/token')) {
    throw new RangeError(
      `cannot read URL ${JSON.stringify(withoutQuery(text))}: expected one that ends in /token, the path at which Archeio gives tokens`,
    );
  }
  return url;
}
