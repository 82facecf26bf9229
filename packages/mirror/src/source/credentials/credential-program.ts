import { spawn } from 'node:child_process';
import { MirrorError } from '../../mirror-error.ts';
import type { Environment } from '../../options.ts';
import { failureReason } from '@archeio/plain-errors';
import { isObject, textAt, tryParseJson } from '../../json-value.ts';

/** How to authenticate to a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | {
      readonly kind: 'identity-token';
      readonly token: string;
      /** The password in the file, if any, for registries that require one. */
      readonly password?: { readonly user: string; readonly password: string };
    };

/** Maximum size of a helper's answer; bytes. */
const LARGEST_ANSWER = 1024 * 1024;
/** How long a helper may take; some prompt for a password. Milliseconds. */
const PATIENCE = 120_000;
/** How long to wait for output after the helper exits, since background processes may hold it open; milliseconds. */
const LAST_WORDS = 1000;

/**
 * Asks a credential helper (docker-credential-NAME get). Error messages do not include its output, which may contain
 * secrets.
 *
 * @param patience how long it may take; milliseconds (docker/docker-credential-helpers#355)
 * @throws MirrorError if it fails or does not finish
 */
export function askHelper(
  name: string,
  server: string,
  environment: Environment,
  patience = PATIENCE,
): Promise<Credentials | undefined> {
  const command = `docker-credential-${name}`;
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['get'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: environment,
    });
    const chunks: Buffer[] = [];
    let length = 0;
    /** Background processes of the helper must not keep this process alive. */
    const leave = (): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.stdout.destroy();
    };
    const end = (why: string): void => {
      leave();
      reject(new MirrorError(`credential helper "${command}" failed for "${server}": ${why}`));
    };
    let timer = setTimeout(() => end(`did not finish within ${patience / 1000} s`), patience);
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > LARGEST_ANSWER) end(`its output exceeds ${LARGEST_ANSWER} bytes`);
      else chunks.push(chunk);
    });
    child.stdin.on('error', () => {});
    child.once('error', (error) => {
      leave();
      reject(new MirrorError(`cannot run credential helper "${command}": ${failureReason(error)}`));
    });
    const done = (code: number | null): void => {
      leave();
      const output = Buffer.concat(chunks).toString().trim();
      if (code === 0) {
        try {
          resolve(readAnswer(command, output));
        } catch (error) {
          reject(error);
        }
      } else if (output.includes('credentials not found')) resolve(undefined);
      else end(`exit code ${code}; run "echo ${server} | ${command} get" to see its output`);
    };
    child.once('close', done);
    child.once('exit', (code) => {
      clearTimeout(timer);
      timer = setTimeout(() => done(code), LAST_WORDS);
    });
    child.stdin.end(server);
  });
}

function readAnswer(command: string, output: string): Credentials | undefined {
  const answer = tryParseJson(output);
  if (!isObject(answer)) {
    throw new MirrorError(
      `cannot read the answer of credential helper "${command}": expected JSON with Username and Secret`,
    );
  }
  const [user, secret] = [textAt(answer, 'Username'), textAt(answer, 'Secret')];
  if (user === undefined || secret === undefined) return undefined;
  return user === '<token>'
    ? { kind: 'identity-token', token: secret }
    : { kind: 'password', user, password: secret };
}
