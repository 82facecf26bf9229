import type { ChildProcess } from 'node:child_process';
import type { Runtime } from '../parts/archeio-process.ts';
import { spawnLimited } from '../parts/limited-child.ts';

/** How long the demo may take to print a line, in milliseconds. */
const PATIENCE = 60_000;

/** A demo in a separate process, and what it has printed. */
export class RunningDemo implements AsyncDisposable {
  output = '';
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly #child: ChildProcess;
  #printed: () => void = () => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        this.output += String(chunk);
        this.#printed();
      });
  }

  /** @param folder for its temporary files; resolves when its clients pull */
  static async start(
    launcher: string,
    runtime: Runtime,
    folder: string,
    ...args: readonly string[]
  ): Promise<RunningDemo> {
    const child = spawnLimited(launcher, ['demo', '--runtime', runtime, ...args], {
      env: { PATH: process.env['PATH'], TMPDIR: folder },
    });
    const demo = new RunningDemo(child);
    await demo.until(/^Pulls, /m);
    return demo;
  }

  get url(): string {
    return this.#found(/^archeio +(\S+)/m);
  }

  get consoleUrl(): string {
    return this.#found(/^console +(\S+)/m);
  }

  get configurationFile(): string {
    return this.#found(/configured by (\S+)/);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** @throws Error with the output if it is not printed in time */
  async until(text: RegExp): Promise<void> {
    if (text.test(this.output)) return;
    await new Promise<void>((resolve, reject) => {
      const fail = (): void => reject(new Error(`${text} was not printed:\n${this.output}`));
      const timer = setTimeout(fail, PATIENCE);
      this.#printed = () => {
        if (!text.test(this.output)) return;
        clearTimeout(timer);
        resolve();
      };
      void this.ended.then(fail).finally(() => clearTimeout(timer));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }

  #found(pattern: RegExp): string {
    return pattern.exec(this.output)?.[1] ?? '';
  }
}
