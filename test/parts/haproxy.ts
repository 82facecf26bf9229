import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersHttp, type Part, startPart } from './part-process.ts';
import { freePort } from './ports.ts';

/** A load balancer in front of a server. */
export interface Haproxy extends AsyncDisposable {
  readonly port: number;
}

/**
 * Starts HAProxy in front of a port of loopback.
 *
 * @param check configuration lines for the health check, which runs every 50 ms
 */
export async function startHaproxy(
  folder: string,
  backend: number,
  check: readonly string[],
): Promise<Haproxy> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const configuration = join(folder, 'haproxy.cfg');
  const lines = [
    'defaults',
    '  mode http',
    '  timeout connect 2s',
    '  timeout client 5s',
    '  timeout server 5s',
    'frontend front',
    `  bind 127.0.0.1:${port}`,
    '  default_backend servers',
    'backend servers',
    ...check.map((line) => `  ${line}`),
    `  server archeio 127.0.0.1:${backend} check inter 50ms rise 1 fall 1`,
    '',
  ];
  writeFileSync(configuration, lines.join('\n'));
  const part: Part = startPart('haproxy', ['haproxy', '-db', '-f', configuration], { folder });
  await part.until(() => answersHttp(`http://127.0.0.1:${port}/livez`));
  return { port, [Symbol.asyncDispose]: () => part[Symbol.asyncDispose]() };
}
