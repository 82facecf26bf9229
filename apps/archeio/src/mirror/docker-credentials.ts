import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FailedError } from '../commands/errors.ts';
import type { Environment } from '../configuration/environment.ts';
import { errorCode } from '../error-code.ts';
import { isObject, textAt, tryParseJson } from './json-value.ts';

/** Who we are to a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string };

/** Docker Hub is known to Docker by this name. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
const HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** Where Docker keeps what `docker login` was told. */
export function dockerConfigFile(environment: Environment): string {
  return join(environment['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
}

async function readConfig(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw error;
  }
  const config = tryParseJson(text);
  if (!isObject(config))
    throw new FailedError(`cannot read ${JSON.stringify(file)}: expected Docker's config.json`);
  return config;
}

/** Asks a credential helper (docker-credential-NAME get). */
function askHelper(name: string, server: string): Promise<Credentials | undefined> {
  const command = `docker-credential-${name}`;
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['get'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on('error', () => {});
    child.once('error', (error) =>
      reject(new FailedError(`cannot run credential helper "${command}": ${error.message}`)),
    );
    child.once('close', (code) => {
      const output = Buffer.concat(chunks).toString().trim();
      if (code !== 0 && output.includes('credentials not found')) resolve(undefined);
      else if (code !== 0)
        reject(new FailedError(`credential helper "${command}" failed for "${server}": ${output}`));
      else resolve(readAnswer(command, output));
    });
    child.stdin.end(server);
  });
}

function readAnswer(command: string, output: string): Credentials | undefined {
  const answer = tryParseJson(output);
  if (!isObject(answer)) {
    throw new FailedError(
      `cannot read the answer of credential helper "${command}": expected JSON with Username and Secret`,
    );
  }
  const [user, secret] = [textAt(answer, 'Username'), textAt(answer, 'Secret')];
  if (user === undefined || secret === undefined) return undefined;
  return user === '<token>'
    ? { kind: 'identity-token', token: secret }
    : { kind: 'password', user, password: secret };
}

function readAuth(auth: unknown): Credentials | undefined {
  const token = textAt(auth, 'identitytoken');
  if (token !== undefined) return { kind: 'identity-token', token };
  const decoded = Buffer.from(textAt(auth, 'auth') ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  const user = textAt(auth, 'username') ?? (colon > 0 ? decoded.slice(0, colon) : undefined);
  const password = textAt(auth, 'password') ?? (colon > 0 ? decoded.slice(colon + 1) : undefined);
  return user === undefined || password === undefined
    ? undefined
    : { kind: 'password', user, password };
}

/**
 * What Docker knows for a registry's host: its helper's answer, then the default helper's, then what stands in the
 * file. Undefined where it knows nothing, which for a public registry is right.
 *
 * @throws FailedError where a helper or the file cannot be used
 */
export async function dockerCredentials(
  environment: Environment,
  host: string,
): Promise<Credentials | undefined> {
  const config = await readConfig(dockerConfigFile(environment));
  const names = HUB_HOSTS.has(host)
    ? [DOCKER_HUB, host]
    : [host, `https://${host}`, `http://${host}`];
  const auths = isObject(config) ? config['auths'] : undefined;
  const helpers = isObject(config) ? config['credHelpers'] : undefined;
  for (const name of names) {
    const helper = textAt(helpers, name);
    if (helper !== undefined) return askHelper(helper, name);
  }
  const store = textAt(config, 'credsStore');
  if (store !== undefined) {
    const found = await askHelper(store, names[0]);
    if (found !== undefined) return found;
  }
  for (const name of [
    ...names,
    ...names.map((each) => `${each}/v2/`),
    ...names.map((each) => `${each}/v1/`),
  ]) {
    const found = isObject(auths) ? readAuth(auths[name]) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
