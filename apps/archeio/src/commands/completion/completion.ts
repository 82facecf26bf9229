import type { Command } from 'commander';
import { print } from '../../platform/print.ts';
import { SCRIPTS, type Shell } from './completion-script.ts';
import { completionsOf } from './completions.ts';

/** `archeio completion`: prints the script that makes a shell complete the command line. It contains no secrets. */
export function completion(shell: Shell): void {
  process.stdout.write(SCRIPTS[shell]);
}

/** `archeio complete`, which the script runs: prints what can come next. */
export function complete(program: Command, words: readonly string[]): Promise<void> {
  const completions = completionsOf(program, words);
  if (completions === 'files') return print(':files\n');
  return print(completions.map(({ word, description }) => `${word}\t${description}\n`).join(''));
}
