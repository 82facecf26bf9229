import { withoutQuery } from '@archeio/plain-errors';

/**
 * Whether a URL has a user or password in it. Of one that cannot be read any "@" may be behind a password, which no
 * message may repeat.
 */
export function hasCredentials(text: string, url: URL | null): boolean {
  return url === null ? text.includes('@') : url.username !== '' || url.password !== '';
}

function parseHttpUrl(text: string): URL {
  const url = URL.parse(text);
  if (hasCredentials(text, url)) {
    throw new RangeError(
      'cannot read URL: it has credentials in it, and redirects would hand them to every client',
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
 * @throws RangeError that says what is wrong with it
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
 * Reads the URL of a backend: http or https, without credentials, query or fragment, and without a slash at its end.
 *
 * @throws RangeError that says what is wrong with it
 */
export function parseBaseUrl(text: string): string {
  const url = parseHttpUrl(text);
  if (/[?#]/.test(text)) {
    // The query of a shared access URL is a secret.
    throw new RangeError(
      `cannot read URL ${JSON.stringify(withoutQuery(text))} with what follows it: a query or fragment cannot stand here`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/**
 * The same for a registry, whose API begins at the root of its host.
 *
 * @throws RangeError that says what is wrong with it
 */
export function parseOrigin(text: string): string {
  const url = parseBaseUrl(text);
  if (new URL(url).pathname !== '/') {
    throw new RangeError(
      `cannot read URL ${JSON.stringify(withoutQuery(text))}: a registry has no path in its URL, its repositories' path is set apart`,
    );
  }
  return url;
}
