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

/** What a repository of one registry is read with; the empty name is for what belongs to no repository. */
export type CredentialsOf = (repository: string) => Credentials | undefined;

/** Bytes. */
const LARGEST_CONFIG = 4 * 1024 * 1024;

/** Where Docker keeps what `docker login` was told. */
export function dockerConfigFile(environment: Environment): string {
  return join(environment['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
}

async function readConfig(file: string): Promise<unknown> {
  let text: string;
  try {
    text = new TextDecoder().decode(await readRegular(file, LARGEST_CONFIG));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw new MirrorError(`cannot read ${JSON.stringify(file)}: ${failureReason(error)}`);
  }
  // Docker leaves an empty file, and takes it for none (docker/for-win#808).
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
  // With a token Docker writes a name and an empty password.
  return { kind: 'identity-token', token, ...(known?.password && { password: known }) };
}

/** The entries of an object of the file that fit, the most fitting first. */
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
 * What Docker knows for a registry: its helper's answer, then what the file has for a namespace of it, then the default
 * helper's answer, then what the file has for the whole registry. Where it knows nothing, which is right for a public
 * registry, nothing is returned for any repository.
 *
 * @param path before the name of every repository, or empty: what belongs to no repository is asked for with it
 * @throws MirrorError where a helper or the file cannot be used
 */
export async function dockerCredentials(
  environment: Environment,
  url: URL,
  path: string,
): Promise<CredentialsOf> {
  const config = await readConfig(dockerConfigFile(environment));
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
  // A helper that is named and empty: Docker then reads the file alone.
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
