import { spawn } from 'node:child_process';
import { MirrorError } from '../../mirror-error.ts';
import type { Environment } from '../../options.ts';
import { failureReason } from '@archeio/plain-errors';
import { isObject, textAt, tryParseJson } from '../../json-value.ts';

/** Who we are to a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | {
      readonly kind: 'identity-token';
      readonly token: string;
      /** What the file has as well, for registries that want a password. */
      readonly password?: { readonly user: string; readonly password: string };
    };

/** Bytes of what a helper says. */
const LARGEST_ANSWER = 1024 * 1024;
/** Milliseconds that a helper may take: some ask a person for a password. */
const PATIENCE = 120_000;
/** What it starts in the background may hold its output open; what it says itself has come by then; milliseconds. */
const LAST_WORDS = 1000;

/**
 * Asks a credential helper (docker-credential-NAME get). What it says of a failure is not repeated: it may be what it
 * keeps.
 *
 * @param patience how long it may take; milliseconds (docker/docker-credential-helpers#355)
 * @throws MirrorError if it fails, or does not end
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
    /** Whatever it has left running does not keep us. */
    const leave = (): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.stdout.destroy();
    };
    const end = (why: string): void => {
      leave();
      reject(new MirrorError(`credential helper "${command}" failed for "${server}": ${why}`));
    };
    let timer = setTimeout(() => end(`not done within ${patience / 1000} s`), patience);
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > LARGEST_ANSWER) end(`it says more than ${LARGEST_ANSWER} bytes`);
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
      else end(`exit code ${code}; run "echo ${server} | ${command} get" to see what it says`);
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
