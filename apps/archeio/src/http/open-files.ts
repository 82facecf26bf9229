import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Sources of the limit of open files. */
export interface OpenFilesSources {
  /** Linux's table of limits. @throws Error if there is none */
  readonly table: () => string;
  /** What the shell's `ulimit -n` prints; a child has the limits of its parent. */
  readonly shell: () => string;
}

const MACHINE: OpenFilesSources = {
  table: () => readFileSync('/proc/self/limits', 'utf8'),
  shell: () => spawnSync('/bin/sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout,
};

function tableOf({ table }: OpenFilesSources): string {
  try {
    return table();
  } catch {
    return '';
  }
}

/**
 * Maximum number of open files and connections of this process (RLIMIT_NOFILE); undefined if there is no
 * limit or it cannot be read. Both runtimes raise it to the hard limit when they start.
 */
export function openFilesLimit(sources: OpenFilesSources = MACHINE): number | undefined {
  const text = /^Max open files +(\S+)/m.exec(tableOf(sources))?.[1] ?? sources.shell().trim();
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
