import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawnLimited } from '../../../../../../test/parts/limited-child.ts';
import type { BodyAnswer, CheckMethod, StoreAnswer } from '@archeio/content-checks';
import type { CreateChecker } from './suite-parts.ts';

/** What a test asks of a checker in another process. */
export type Command =
  | {
      readonly kind: 'create';
      readonly checker: number;
      readonly options: Parameters<CreateChecker>[0];
    }
  | {
      readonly kind: 'check';
      readonly checker: number;
      readonly id: number;
      readonly url: string;
      readonly method: CheckMethod;
      readonly accept: string | undefined;
    }
  | {
      readonly kind: 'read';
      readonly checker: number;
      readonly id: number;
      readonly url: string;
      readonly bytes: number;
    }
  | { readonly kind: 'close'; readonly checker: number };

/** Checkers that live in a process of Bun, so that one suite holds both runtimes to the same answers. */
export interface RemoteCheckers extends AsyncDisposable {
  readonly create: CreateChecker;
}

function send(child: ChildProcess, command: Command): void {
  child.stdin?.write(`${JSON.stringify(command)}\n`);
}

/** Starts Bun. @param bun path of its executable */
export function remoteCheckers(bun: string): RemoteCheckers {
  const child = spawnLimited(bun, [join(import.meta.dirname, 'bun-runner.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NO_PROXY: '*' },
  });
  const waiting = new Map<number, (line: string) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id }: { id: number } = JSON.parse(line);
    waiting.get(id)?.(line);
    waiting.delete(id);
  });
  let checkers = 0;
  let ids = 0;
  async function ask<Answer>(command: (id: number) => Command): Promise<Answer> {
    const id = ids++;
    const line = new Promise<string>((resolve) => waiting.set(id, resolve));
    send(child, command(id));
    const { answer }: { answer: Answer } = JSON.parse(await line);
    return answer;
  }
  return {
    create(options) {
      const checker = checkers++;
      send(child, { kind: 'create', checker, options });
      return {
        check: (url, method, accept) =>
          ask<StoreAnswer>((id) => ({ kind: 'check', checker, id, url, method, accept })),
        read: (url, bytes) => ask<BodyAnswer>((id) => ({ kind: 'read', checker, id, url, bytes })),
        close: () => send(child, { kind: 'close', checker }),
      };
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
