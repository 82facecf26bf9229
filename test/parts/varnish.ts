import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answersHttp, type Part, startPart } from './part-process.ts';
import { freePort } from './ports.ts';

/** A cache in front of a server. */
export interface Varnish extends AsyncDisposable {
  readonly port: number;
}

/** Starts Varnish with its built-in rules in front of a loopback port. */
export async function startVarnish(folder: string, backend: number): Promise<Varnish> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const part: Part = startPart(
    'varnish',
    [
      'varnishd',
      '-F',
      '-j',
      'none',
      '-n',
      join(folder, 'state'),
      '-a',
      `127.0.0.1:${port}`,
      '-b',
      `127.0.0.1:${backend}`,
      '-s',
      'malloc,8m',
      '-t',
      '600',
    ],
    { folder },
  );
  await part.until(() => answersHttp(`http://127.0.0.1:${port}/livez`));
  return { port, [Symbol.asyncDispose]: () => part[Symbol.asyncDispose]() };
}
