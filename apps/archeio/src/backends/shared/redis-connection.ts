import { isIP } from 'node:net';
import type { Redis } from 'ioredis';
import type { Lease, Look } from '@archeio/presence';
import { type Environment, redisPassword } from './redis-password.ts';

/** What a look found, and why the lease could not be written, if Redis refused it. */
export interface RedisLook extends Look {
  readonly refused?: string | undefined;
}

/** A connection to a Redis. Its calls reject if Redis does not let it read, and if the connection ends. */
export interface RedisConnection {
  look(keys: readonly Uint8Array[], lease?: Lease): Promise<RedisLook>;
  /** Resolves with why Redis refused it; undefined if it did not. */
  put(key: Uint8Array, value: Uint8Array, milliseconds: number): Promise<string | undefined>;
  /** Resolves as {@link put} does. */
  remove(key: Uint8Array, value: Uint8Array): Promise<string | undefined>;
  /** Resolves with the reason once the connection has ended. */
  readonly ended: Promise<string>;
  close(): void;
}

/** Deletes a key if it still has this value: another process may have replaced an expired lease. */
const REMOVE = "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('DEL',KEYS[1]) end";

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a connection ended, if its socket has no error. */
const CLOSED = 'the connection was closed';

/** Connects, signs in and selects the database. Rejects if any of it fails, and if the signal aborts. */
export async function connectRedis(
  address: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<RedisConnection> {
  // Loaded only if it is used.
  const { Redis: Client } = await import('ioredis');
  const url = new URL(address);
  const host = hostOf(url);
  const client = new Client({
    host,
    port: Number(url.port),
    ...(url.protocol === 'rediss:' && { tls: isIP(host) === 0 ? { servername: host } : {} }),
    lazyConnect: true,
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // A connection is closed because it does not answer.
    disconnectTimeout: 0,
    // RedisMemory connects again, with another client.
    retryStrategy: null,
  });
  let reason = CLOSED;
  client.on('error', (error: Error) => (reason = error.message));
  const ended = new Promise<string>((resolve) => {
    client.once('end', () => resolve(reason));
  });
  const close = (): void => client.disconnect();
  signal.addEventListener('abort', close);
  try {
    const password = await redisPassword(environment);
    signal.throwIfAborted();
    const user = decodeURIComponent(url.username);
    // Without this, the default user would be used.
    if (user !== '' && password === undefined)
      throw new Error(
        `${user} has no password: set ARCHEIO_REDIS_PASSWORD_FILE or ARCHEIO_REDIS_PASSWORD`,
      );
    await client.connect();
    if (password !== undefined)
      await (user === '' ? client.auth(password) : client.auth(user, password));
    const database = url.pathname.slice(1);
    if (database !== '') await client.select(database);
    return { ...commandsOf(client, () => reason), ended, close };
  } catch (error) {
    close();
    // oxlint-disable-next-line preserve-caught-error -- the cause has the arguments of its command: the password
    throw new Error(reason === CLOSED ? messageOf(error) : reason);
  } finally {
    signal.removeEventListener('abort', close);
  }
}

/** @param lost why the connection does not work */
function commandsOf(
  client: Redis,
  lost: () => string,
): Pick<RedisConnection, 'look' | 'put' | 'remove'> {
  return {
    async look(keys, lease) {
      const buffers = keys.map((key) => Buffer.from(key));
      const pipeline = client.pipeline().mgetBuffer(buffers);
      if (lease !== undefined)
        pipeline.set(buffers[0], Buffer.from(lease.value), 'PX', lease.milliseconds, 'NX');
      const replies = (await pipeline.exec()) ?? [];
      const [error, values] = replies[0] ?? [];
      // Others are the client's words for a connection that has just ended.
      if (error) throw error.name === 'ReplyError' ? error : new Error(lost());
      if (!Array.isArray(values) || values.length !== keys.length)
        throw new Error('the answer is not what was asked for');
      const [refused, leased] = replies[1] ?? [];
      return {
        values: values.map((value: unknown) => (Buffer.isBuffer(value) ? value : undefined)),
        leased: leased === 'OK',
        refused: refused ? refusalOf(refused) : undefined,
      };
    },
    put: (key, value, milliseconds) =>
      refusal(client.set(Buffer.from(key), Buffer.from(value), 'PX', milliseconds)),
    remove: (key, value) => refusal(client.eval(REMOVE, 1, Buffer.from(key), Buffer.from(value))),
  };
}

/** Why Redis refused a write. @throws the error, if it is not an answer of Redis */
function refusalOf(error: Error): string {
  if (error.name !== 'ReplyError') throw error;
  return error.message;
}

async function refusal(written: Promise<unknown>): Promise<string | undefined> {
  try {
    await written;
    return undefined;
  } catch (error) {
    if (error instanceof Error) return refusalOf(error);
    throw error;
  }
}
