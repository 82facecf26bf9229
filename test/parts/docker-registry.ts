import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Access, AccessLog } from './access-log.ts';
import { runClean } from './clean-command.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import { answersHttp, type Part, startPart } from './part-process.ts';
import { freePort } from './ports.ts';

/** A docker-registry on loopback. */
export interface DockerRegistry extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** The requests it received. */
  readonly log: AccessLog;
  /** SIGSTOP makes it hang, SIGKILL makes it refuse connections. */
  signal(signal: NodeJS.Signals): void;
  /** Restarts it on the same port with the same data. */
  restart(): Promise<void>;
}

const ACCESS = /"([A-Z]+) (\S+) HTTP\/[\d.]+" (\d{3}) \d+ "[^"]*" "([^"]*)"/g;

function accessesIn(text: string): Access[] {
  return [...text.matchAll(ACCESS)].map(([, method, path, status, userAgent]) => ({
    method,
    path,
    status: Number(status),
    userAgent,
  }));
}

/**
 * Starts docker-registry with its data and log in `folder`.
 *
 * @param options.remote upstream registry, for a pull-through cache
 * @param options.auth its authentication, as in its configuration
 * @param options.catalog its page size for lists, as in its configuration
 */
export async function startDockerRegistry(
  folder: string,
  options: {
    readonly remote?: string;
    readonly auth?: object;
    readonly catalog?: object;
    readonly namespace?: NetworkNamespace | undefined;
  } = {},
): Promise<DockerRegistry> {
  mkdirSync(folder, { recursive: true });
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
      ...(options.auth !== undefined && { auth: options.auth }),
      ...(options.catalog !== undefined && { catalog: options.catalog }),
      ...(options.remote !== undefined && { proxy: { remoteurl: options.remote } }),
    }),
  );
  const url = `http://${host}`;
  const { namespace } = options;
  const start = async (): Promise<Part> => {
    const command = ['docker-registry', 'serve', configuration];
    const starting = startPart('docker-registry', command, { folder, namespace });
    return starting.until(async () =>
      namespace === undefined
        ? answersHttp(url)
        : (
            await runClean(['curl', '--silent', '--output', '/dev/null', url], {
              folder,
              namespace,
            })
          ).code === 0,
    );
  };
  let part = await start();
  return {
    url,
    host,
    port,
    log: new AccessLog(part.log, url, accessesIn),
    signal: (signal) => part.signal(signal),
    async restart() {
      await part[Symbol.asyncDispose]();
      part = await start();
    },
    [Symbol.asyncDispose]: () => part[Symbol.asyncDispose](),
  };
}
