import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Runtime } from '../parts/archeio-process.ts';
import { runClean } from '../parts/clean-command.ts';
import type { Outcome } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';

export const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');

/** Credentials for the test's S3 server. */
export const S3_ENVIRONMENT = { AWS_ACCESS_KEY_ID: 'AKTEST', AWS_SECRET_ACCESS_KEY: 'SKTEST' };

/** The part of a configuration that the server needs and the mirror does not use. */
const SERVED = {
  version: 1,
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  registries: [
    { name: 'served', upstreams: [{ name: 'upstream', url: 'https://served.example' }] },
  ],
};

/** Writes a configuration with this mirror, and returns its file name. */
export function writeMirrorConfiguration(
  folder: string,
  mirror: object,
  more: object = {},
): string {
  const file = join(folder, `mirror-${Math.random()}.json`);
  writeFileSync(file, JSON.stringify({ ...SERVED, mirror, ...more }));
  return file;
}

export interface MirrorCommandOptions {
  /** Its working directory and home. */
  readonly folder: string;
  readonly runtime?: Runtime;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs `archeio mirror …` until it exits. */
export function runMirror(
  args: readonly string[],
  configuration: string,
  { folder, runtime = 'node', environment = S3_ENVIRONMENT }: MirrorCommandOptions,
): Promise<Outcome> {
  const command = [LAUNCHER, 'mirror', ...args, '--config', configuration, '--runtime', runtime];
  return runClean(command, { folder, environment });
}

/** The JSON object that `mirror sync --json` prints. */
export interface Summary {
  readonly repositories: number;
  readonly tags: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly records: number;
  readonly passed: number;
  readonly failed: number;
  readonly foreign: number;
  readonly destinations: readonly {
    name: string;
    blobs: number;
    bytes: number;
    notTried: number;
  }[];
  readonly problems: readonly { repository: string; reference: string; why: string }[];
}

/** The JSON that a command printed; asserts that it succeeded. */
export function summaryOf({ code, stdout, stderr }: Outcome): Summary {
  if (code !== 0) throw new Error(`ended with ${code}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout);
}
