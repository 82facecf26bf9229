import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Haproxy } from './haproxy.ts';
import { startPart } from './part-process.ts';
import { freePort } from './ports.ts';

/**
 * Starts HAProxy as a layer 4 balancer in front of a port of loopback. It keeps the addresses of loopback that clients connect
 * from, and takes a PROXY header from them, so that a test can be any client.
 *
 * @param server what follows the address of the server, such as `send-proxy`
 * @param backend further lines of the backend
 */
export async function startHaproxyTcp(
  folder: string,
  port: number,
  server: string,
  backend: readonly string[] = [],
): Promise<Haproxy & { readonly statistics: () => Promise<string> }> {
  mkdirSync(folder, { recursive: true });
  const [own, statistics] = [await freePort(), await freePort()];
  const configuration = join(folder, 'haproxy.cfg');
  const lines = [
    'defaults',
    '  mode tcp',
    '  timeout connect 2s',
    '  timeout client 5s',
    '  timeout server 5s',
    // By default that of the interval, which a busy machine exceeds.
    '  timeout check 5s',
    'frontend front',
    `  bind 127.0.0.1:${own} accept-proxy`,
    '  default_backend servers',
    'backend servers',
    ...backend.map((line) => `  ${line}`),
    `  server archeio 127.0.0.1:${port} ${server}`,
    'frontend statistics',
    '  mode http',
    `  bind 127.0.0.1:${statistics}`,
    '  stats enable',
    '  stats uri /',
    '',
  ];
  writeFileSync(configuration, lines.join('\n'));
  const part = startPart('haproxy', ['haproxy', '-db', '-f', configuration], { folder });
  const read = async (): Promise<string> =>
    await (await fetch(`http://127.0.0.1:${statistics}/;csv`)).text();
  await part.until(() =>
    read().then(
      () => true,
      () => false,
    ),
  );
  return { port: own, statistics: read, [Symbol.asyncDispose]: () => part[Symbol.asyncDispose]() };
}
