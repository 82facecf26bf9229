import { execFile } from 'node:child_process';
import type { Environment } from '@archeio/configuration';
import { failureReason } from '@archeio/plain-errors';
import type { Log } from '../platform/log.ts';

/** Runs a program without a shell; rejects if it fails. */
export type Run = (program: string, args: readonly string[]) => Promise<void>;

/** Milliseconds after which the program is killed: a service manager that hangs must not keep children. */
const PATIENCE = 10_000;

const runProgram: Run = (program, args) =>
  new Promise((resolve, reject) => {
    execFile(program, args, { timeout: PATIENCE }, (error) =>
      error === null ? resolve() : reject(error),
    );
  });

/**
 * Tells the service manager that started this process what it does (sd_notify(3)). Neither runtime can send to a unix
 * datagram socket, so `systemd-notify` does: the unit needs `NotifyAccess=all`.
 */
export class ServiceManager {
  readonly #isThere: boolean;
  readonly #log: Log;
  readonly #run: Run;
  /** Keeps messages in order. */
  #last: Promise<void> = Promise.resolve();

  /** @param run replaced in tests */
  constructor(environment: Environment, log: Log, run = runProgram) {
    this.#isThere = Boolean(environment['NOTIFY_SOCKET']);
    this.#log = log;
    this.#run = run;
  }

  /** The server accepts requests. @param status one line for `systemctl status` */
  ready(status: string): Promise<void> {
    return this.#tell(['READY=1', `STATUS=${status}`]);
  }

  /** The server stops. */
  stopping(status: string): Promise<void> {
    return this.#tell(['STOPPING=1', `STATUS=${status}`]);
  }

  /** Never rejects: requests are served whatever the service manager knows. */
  #tell(assignments: readonly string[]): Promise<void> {
    if (!this.#isThere) return this.#last;
    this.#last = this.#last
      .then(() => this.#run('systemd-notify', assignments))
      .catch((error: unknown) =>
        this.#log.warn('service-manager-not-told', { message: failureReason(error) }),
      );
    return this.#last;
  }
}
