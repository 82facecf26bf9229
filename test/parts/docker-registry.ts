import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Access } from './store-server.ts';
import { freePort, waitForHttp } from './ports.ts';

/** A docker-registry on loopback, and what it was asked. */
export interface DockerRegistry extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly accesses: readonly Access[];
}

const ACCESS = /"(GET|HEAD|POST|PUT|PATCH|DELETE) (\S+) HTTP\/[\d.]+" (\d{3})/g;

/** Starts docker-registry with its data and log in `folder`. */
export async function startDockerRegistry(folder: string): Promise<DockerRegistry> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const configuration = join(folder, 'registry.yml');
  writeFileSync(
    configuration,
    JSON.stringify({
      version: 0.1,
      log: { level: 'warn', accesslog: { disabled: false } },
      storage: {
        filesystem: { rootdirectory: join(folder, 'registry') },
        delete: { enabled: true },
      },
      http: { addr: host, secret: 'test-only' },
    }),
  );
  const child = spawn('docker-registry', ['serve', configuration], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const accesses: Access[] = [];
  let log = '';
  const read = (chunk: unknown): void => {
    log += String(chunk);
    const whole = log.slice(0, log.lastIndexOf('\n') + 1);
    log = log.slice(whole.length);
    for (const [, method, path, status] of whole.matchAll(ACCESS))
      accesses.push({ method, path, status: Number(status) });
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await waitForHttp(`http://${host}/v2/`);
  return {
    url: `http://${host}`,
    host,
    accesses,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
