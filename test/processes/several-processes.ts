import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { ArcheioProcess } from '../parts/archeio-process.ts';
import { withStore } from '../serving/configurations.ts';

/** How long anything may take before a test fails, in milliseconds. */
const PATIENCE = 20_000;

/** A server with two processes that answer requests. */
export function twoProcesses(
  storeUrl: string,
  more: Partial<ConfigurationSource> = {},
): ConfigurationSource {
  return withStore(storeUrl, { listen: { host: '127.0.0.1', port: 0, processes: 2 }, ...more });
}

/** Asks repeatedly until the answer is as expected. @throws Error that names what was expected */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (const deadline = performance.now() + PATIENCE; performance.now() < deadline;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(20);
  }
  throw new Error(`waited in vain for: ${what}`);
}

/** What `/api/status` says of the processes that answer requests. */
export interface Counted {
  readonly pid: number;
  readonly requests: number;
  readonly answering: boolean;
}

interface Status {
  readonly processes: readonly Counted[];
  readonly backends: readonly { readonly name: string; readonly state: string }[];
}

/** `/api/status` as it is now. */
export async function status({ adminPort }: { readonly adminPort: number }): Promise<Status> {
  return (await (await fetch(`http://127.0.0.1:${adminPort}/api/status`)).json()) as Status;
}

/** The processes that answer requests. */
export async function pidsOf(archeio: { readonly adminPort: number }): Promise<number[]> {
  return (await status(archeio)).processes.map(({ pid }) => pid);
}

/** `/metrics` as it is now. */
export async function metrics({ adminPort }: { readonly adminPort: number }): Promise<string> {
  return (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
}

/** The sum of a counter over all its labels. */
export function sumOf(text: string, name: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** An answer without its body. */
export interface Asked {
  readonly status: number | undefined;
  readonly location: string | undefined;
}

/** Asks over the agent's connection. Rejects if the connection fails. */
export function ask(port: number, path: string, agent: Agent, host = '127.0.0.1'): Promise<Asked> {
  return new Promise((resolve, reject) => {
    get({ port, host, path, agent }, (response) => {
      response.resume();
      response.on('end', () =>
        resolve({ status: response.statusCode, location: response.headers.location }),
      );
    }).on('error', reject);
  });
}

/** Asks over a new connection. */
export async function askFresh(port: number, path: string, host?: string): Promise<Asked> {
  const agent = new Agent({ keepAlive: false });
  try {
    return await ask(port, path, agent, host);
  } finally {
    agent.destroy();
  }
}

/** Whether a process runs; a zombie does not. */
export function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The child processes of a process. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** Kills a process, which may have ended already. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has ended.
  }
}

/** The log lines of an event. */
export function logged(archeio: Pick<ArcheioProcess, 'log'>, event: string) {
  return archeio.log.filter((line) => line.event === event);
}
