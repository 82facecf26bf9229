import type { ChildProcess } from 'node:child_process';
import { spawnLimited } from '../parts/limited-child.ts';
import type { Runtime } from '../parts/archeio-process.ts';
import { cleanEnvironment } from '../parts/part-process.ts';
import { LAUNCHER, S3_ENVIRONMENT } from './mirror-command.ts';

/** Exit code of a process, or the signal that ended it. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running sync, for tests to interfere with. */
export class RunningSync {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;

  constructor(
    configuration: string,
    {
      folder,
      runtime,
      args = [],
      nohup = false,
    }: {
      readonly folder: string;
      readonly runtime: Runtime;
      readonly args?: readonly string[];
      readonly nohup?: boolean;
    },
  ) {
    const command = ['mirror', 'sync', '--config', configuration, '--runtime', runtime, ...args];
    const [file, ...rest] = nohup ? ['nohup', LAUNCHER, ...command] : [LAUNCHER, ...command];
    const child = spawnLimited(file, rest, {
      env: cleanEnvironment(folder, S3_ENVIRONMENT),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    this.child = child;
    this.ended = new Promise((resolve) =>
      child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
    );
  }
}
