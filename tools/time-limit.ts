import { readdirSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { ROOT } from './source-files.ts';

/** How long a test file may go without starting or ending a test, in milliseconds: several times the longest test. */
const LIMIT = Number(process.env['TEST_SILENCE_LIMIT'] ?? 300_000);

/** A process below this one. */
interface Descendant {
  readonly pid: number;
  readonly command: string;
  readonly children: readonly Descendant[];
}

/** Descendants of a process, from /proc; none on systems without it. */
function descendants(parent: number): Descendant[] {
  const found: Descendant[] = [];
  let pids: string[] = [];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    // Not Linux: the late test is still named, and the runner ends.
  }
  for (const pid of pids) {
    try {
      // The command in parentheses may contain any characters: read from the last parenthesis on.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) !== parent) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
      found.push({ pid: Number(pid), command, children: descendants(Number(pid)) });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

function kill({ pid, children }: Descendant): void {
  for (const child of children) kill(child);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function listed({ pid, command, children }: Descendant, indent: string): string {
  return [
    `${indent}${pid} ${command}`,
    ...children.map((each) => listed(each, `${indent}  `)),
  ].join('\n');
}

/** A test file that runs. */
class RunningFile {
  readonly path: string;
  readonly tests: string[] = [];
  heard = performance.now();

  constructor(path: string) {
    this.path = path;
  }

  /** Reports what it waits for, and kills it and its descendants. */
  end(): void {
    // The runner names files as given to it: relative to the current directory, or absolute.
    const names = [this.path, relative(process.cwd(), this.path)];
    const own = descendants(process.pid).filter(({ command }) =>
      names.some((name) => command.includes(name)),
    );
    const waitsFor =
      this.tests.length > 0
        ? `it waits for ${this.tests.map((name) => JSON.stringify(name)).join(' > ')}`
        : 'it waits for something that keeps its process alive, although no test runs';
    console.error(
      [
        `time limit: ${relative(ROOT, this.path)} has neither begun nor ended a test for ${LIMIT / 1000} s: ${waitsFor}; its processes:`,
        ...own.map((each) => listed(each, '  ')),
      ].join('\n'),
    );
    for (const each of own) kill(each);
    if (own.length === 0) process.exit(1);
  }
}

/** A node:test reporter that kills each test file that is silent for too long. It prints nothing else. */
export default async function* limitTime(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const running = new Map<string, RunningFile>();
  const timer = setInterval(() => {
    for (const file of running.values()) {
      if (performance.now() - file.heard < LIMIT) continue;
      running.delete(file.path);
      file.end();
    }
  }, 1000);
  for await (const { type, data } of events) {
    if (type !== 'test:dequeue' && type !== 'test:complete') continue;
    if (data.file === undefined) continue;
    const file = running.get(data.file) ?? new RunningFile(data.file);
    file.heard = performance.now();
    if (resolve(data.name) === data.file) {
      if (type === 'test:dequeue') running.set(data.file, file);
      else running.delete(data.file);
    } else if (type === 'test:dequeue') file.tests.push(data.name);
    else file.tests.splice(file.tests.lastIndexOf(data.name), 1);
  }
  clearInterval(timer);
  yield '';
}
