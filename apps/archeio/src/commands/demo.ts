import type { Environment } from '@archeio/configuration';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { isGood, summaryText } from '../demo/demo-summary.ts';
import { runDemo } from '../demo/run-demo.ts';
import { ArcheioError } from '../platform/errors.ts';
import { formatJson, print } from '../platform/print.ts';
import { onceOrphanedByNpm } from '../serve/orphaned-by-npm.ts';
import type { CommandOptions } from './command-options.ts';

interface DemoFlags extends CommandOptions {
  readonly once?: boolean;
  readonly config?: string;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Stops the demo on a signal; a second one ends the process at once. */
class Stopping implements Disposable {
  readonly #control = new AbortController();
  /** Without those that have a listener already, such as SIGHUP under nohup. */
  readonly #signals = SIGNALS.filter((signal) => process.listenerCount(signal) === 0);
  /** The first signal, if one arrived. */
  by: NodeJS.Signals | undefined;
  /** Stops it as a signal does. */
  readonly receive = (signal: NodeJS.Signals): void => {
    // The files of the demo are removed on exit.
    if (this.by !== undefined) process.exit(1);
    this.by = signal;
    this.#control.abort();
  };

  constructor() {
    for (const signal of this.#signals) process.on(signal, this.receive);
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  [Symbol.dispose](): void {
    for (const signal of this.#signals) process.off(signal, this.receive);
  }
}

/**
 * `archeio demo`: runs until a signal, or with `--once` to the end of its script.
 *
 * @throws ArcheioError with `--once`, if a pull failed, traffic did not move and come back, or a signal came before the end
 */
export async function demo(
  environment: Environment,
  { once = false, json = false, config }: DemoFlags,
): Promise<void> {
  if (config !== undefined)
    throw new ArcheioError(
      'usage',
      'cannot use --config: the demo writes its own configuration, and names the file',
    );
  // Nothing leaves this machine, through a proxy either.
  process.env['NO_PROXY'] = process.env['no_proxy'] = '*';
  // With --json, standard output is one object.
  const output = json ? process.stderr : process.stdout;
  using stopping = new Stopping();
  onceOrphanedByNpm(
    environment,
    () => process.ppid,
    MONOTONIC_CLOCK,
    () => stopping.receive('SIGTERM'),
  );
  const write = (line: string): void => void output.write(`${line}\n`);
  const summary = await runDemo({ once, write, stop: stopping.signal });
  const isIncomplete = once && !isGood(summary);
  // Before writing anything: if the reader of the output is gone, writing ends the process.
  if (isIncomplete) process.exitCode = 1;
  write('');
  await print(`${json ? formatJson(summary) : summaryText(summary)}\n`);
  if (once && stopping.by !== undefined)
    throw new ArcheioError('interrupted', `interrupted by ${stopping.by}`, {
      signal: stopping.by,
      printed: 'json',
    });
  if (isIncomplete)
    throw new ArcheioError('incomplete', 'not every pull was served as it should be', {
      printed: 'json',
    });
}
