import { withoutQuery } from '@archeio/plain-errors';

/** Number of the last database that any Redis can have. */
const MOST_DATABASES = 2 ** 31 - 1;

const EXPECTED =
  'expected redis://host:6379, or rediss://host:6379 for TLS, optionally with a user name and the number of a database: rediss://user@host:6379/0';

/**
 * Reads the URL of a Redis server, with the port and without a slash at the end.
 *
 * @throws RangeError that names the problem, and no password
 */
export function parseRedisUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null ? text.includes('@') : url.password !== '')
    throw new RangeError(
      'cannot read URL: it contains a password, or cannot be read; leave out the password, and set ARCHEIO_REDIS_PASSWORD_FILE or ARCHEIO_REDIS_PASSWORD in the environment',
    );
  const named = JSON.stringify(withoutQuery(text));
  if (url === null || !/^rediss?:\/\//i.test(text) || url.hostname === '')
    throw new RangeError(`cannot read URL ${named}: ${EXPECTED}`);
  if (/[?#]/.test(text))
    throw new RangeError(
      `cannot read URL ${named} and what follows it: a query or fragment is not allowed here`,
    );
  const database = url.pathname.replace(/^\/$/, '');
  if (database !== '' && !/^\/(?:0|[1-9]\d{0,9})$/.test(database))
    throw new RangeError(`cannot read URL ${named}: ${EXPECTED}`);
  if (Number(database.slice(1)) > MOST_DATABASES)
    throw new RangeError(`cannot read URL ${named}: the database number is too large`);
  if (!isEncoded(url.username))
    throw new RangeError(
      `cannot read URL ${named}: the user name has a "%" that does not begin an encoded character; write it as %25`,
    );
  const user = url.username === '' ? '' : `${url.username}@`;
  const port = url.port === '' ? '6379' : url.port;
  if (port === '0') throw new RangeError(`cannot read URL ${named}: port 0 cannot be reached`);
  return `${url.protocol}//${user}${url.hostname.toLowerCase()}:${port}${database}`;
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
