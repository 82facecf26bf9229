import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { unavailable } from '../parts/availability.ts';
import { type Part, startPart } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';

/** Why these suites cannot run here; false if they can. */
export const WITHOUT_REDIS = unavailable(['redis-server']);

/** A real redis-server on loopback, without a disk. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly part: Part;
  /** A connection of the test's own, while the server answers. */
  readonly client: Redis;
}

async function answers(port: number): Promise<boolean> {
  const client = new Redis({ port, lazyConnect: true, retryStrategy: null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // One that wants a password answers, too.
    await client.ping().catch((error: Error) => assertNoAuth(error));
    return true;
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

function assertNoAuth(error: Error): void {
  if (!error.message.startsWith('NOAUTH')) throw error;
}

/**
 * Starts one.
 *
 * @param port to take the place of one that was killed
 * @param more further arguments
 */
export async function startRedis(
  more: readonly string[] = [],
  port?: number,
): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-redis-'));
  const at = port ?? (await freePort());
  const command = ['redis-server', '--port', String(at), '--bind', '127.0.0.1'];
  const withoutDisk = ['--save', '', '--appendonly', 'no', '--dir', folder];
  const part = startPart('redis-server', [...command, ...withoutDisk, ...more], { folder });
  let client: Redis | undefined;
  const dispose = async (): Promise<void> => {
    client?.disconnect();
    await part[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await part.until(() => answers(at));
    client = new Redis({ port: at, retryStrategy: null });
    client.on('error', () => undefined);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${at}`,
    port: at,
    part,
    client,
    [Symbol.asyncDispose]: dispose,
  };
}
