import { homedir } from 'node:os';
import { join } from 'node:path';
import { MirrorError } from '../../mirror-error.ts';
import type { Environment } from '../../options.ts';
import { errorCode, failureReason } from '@archeio/plain-errors';
import { readRegular } from '@archeio/bounded-reading';
import { askHelper, type Credentials } from './credential-program.ts';
import { isObject, textAt, tryParseJson } from '../../json-value.ts';
import { type RegistryKey, registryKey, serverName } from './registry-key.ts';

export type { Credentials } from './credential-program.ts';

/** Returns a repository's credentials. The empty name stands for requests without a repository. */
export type CredentialsOf = (repository: string) => Credentials | undefined;

/** Bytes. */
const LARGEST_CONFIG = 4 * 1024 * 1024;

async function readConfig(environment: Environment): Promise<unknown> {
  const file = join(environment['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
  let text: string;
  try {
    text = new TextDecoder().decode(await readRegular(file, LARGEST_CONFIG));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw new MirrorError(`cannot read ${JSON.stringify(file)}: ${failureReason(error)}`);
  }
  // Docker leaves an empty file, and treats it as missing (docker/for-win#808).
  if (text.trim() === '') return {};
  const config = tryParseJson(text);
  if (!isObject(config))
    throw new MirrorError(`cannot read ${JSON.stringify(file)}: expected Docker's config.json`);
  return config;
}

function readAuth(auth: unknown): Credentials | undefined {
  const token = textAt(auth, 'identitytoken');
  const decoded = Buffer.from(textAt(auth, 'auth') ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  const user = textAt(auth, 'username') ?? (colon > 0 ? decoded.slice(0, colon) : undefined);
  const password =
    textAt(auth, 'password') ??
    // Old versions of Docker padded it.
    (colon > 0 ? decoded.slice(colon + 1).replaceAll(/^\0+|\0+$/g, '') : undefined);
  const known = user === undefined || password === undefined ? undefined : { user, password };
  if (token === undefined) return known && { kind: 'password', ...known };
  // With a token, Docker writes a name and an empty password.
  return { kind: 'identity-token', token, ...(known?.password && { password: known }) };
}

/** The matching entries of an object of the file, best match first. */
function entriesOf(config: unknown, key: string, url: URL): readonly [RegistryKey, unknown][] {
  const object = isObject(config) ? config[key] : undefined;
  return Object.entries(isObject(object) ? object : {})
    .flatMap(([name, value]): [RegistryKey, unknown][] => {
      const found = registryKey(name, url);
      return found === undefined ? [] : [[found, value]];
    })
    .toSorted(([one], [other]) => one.rank - other.rank);
}

/**
 * Docker's credentials for a registry, in this order: the registry's helper, the file's entries for a namespace, the
 * default helper, the file's entry for the whole registry. If Docker has none, which is fine for a public registry, the
 * result is undefined for every repository.
 *
 * @param path prefix of every repository name, may be empty: used for requests without a repository
 * @throws MirrorError if a helper or the file cannot be used
 */
export async function dockerCredentials(
  environment: Environment,
  url: URL,
  path: string,
): Promise<CredentialsOf> {
  const config = await readConfig(environment);
  const server = serverName(url);
  const helper = entriesOf(config, 'credHelpers', url).find(
    ([{ path: namespace }, name]) => namespace === '' && typeof name === 'string',
  )?.[1];
  if (typeof helper === 'string' && helper !== '') {
    const found = await askHelper(helper, server, environment);
    return () => found;
  }
  const entries = entriesOf(config, 'auths', url).flatMap(([key, auth]) => {
    const credentials = readAuth(auth);
    return credentials === undefined ? [] : [{ path: key.path, credentials }];
  });
  // An empty helper name makes Docker read the file only.
  const store = helper === undefined ? textAt(config, 'credsStore') : undefined;
  const kept = store === undefined ? undefined : await askHelper(store, server, environment);
  if (kept !== undefined) entries.unshift({ path: '', credentials: kept });
  const longestFirst = entries.toSorted((one, other) => other.path.length - one.path.length);
  return (repository) => {
    const name = repository === '' ? path : repository;
    return longestFirst.find(
      (entry) => entry.path === '' || name === entry.path || name.startsWith(`${entry.path}/`),
    )?.credentials;
  };
}
