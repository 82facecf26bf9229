import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { ConfigurationSource } from '../packages/configuration/src/configuration.ts';
import { listenOnLoopback } from '../test/parts/ports.ts';

/** Connections of the client; each has one request in flight. */
const CONNECTIONS = 64;

const END = Buffer.from('\r\n\r\n');

/** Calls `each` for every head that ends in what arrives; heads may be split over chunks. */
function countingHeads(each: (count: number) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let [count, at] = [0, 0];
    for (let found = text.indexOf(END); found >= 0; found = text.indexOf(END, at)) {
      count++;
      at = found + END.length;
    }
    rest = text.subarray(at);
    if (count > 0) each(count);
  };
}

/** A store that has every blob: the cheapest that there can be, so that the time is Archeio's. */
export async function startFullStore(): Promise<{ url: string } & Disposable> {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on(
      'data',
      countingHeads((count) => socket.write(answer.repeat(count))),
    );
  }).unref();
  const port = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void server.close() };
}

/** Asks for that many different blobs. @throws Error if one is not answered by a redirect */
export async function askForBlobs(port: number, count: number): Promise<void> {
  let next = 0;
  const ask = (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect(port, '127.0.0.1');
    const send = (): void => {
      if (next >= count) {
        socket.end();
        return;
      }
      const digest = createHash('sha256').update(String(next++)).digest('hex');
      socket.write(`GET /v2/pause/blobs/sha256:${digest} HTTP/1.1\r\nHost: archeio\r\n\r\n`);
    };
    const heads = countingHeads(send);
    socket.on('connect', send);
    socket.on('data', (chunk: Buffer) => {
      if (!chunk.includes(' 307 ')) reject(new Error(`not a redirect: ${chunk.toString()}`));
      heads(chunk);
    });
    socket.on('error', reject).on('close', () => resolve());
    return promise;
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  if (next < count) throw new Error(`the server closed its connections after ${next} requests`);
}

/** A configuration whose only store is asked for each blob, and whose memory has room for them. */
export function askingStore(url: string, blobs: number): ConfigurationSource {
  return {
    version: 1,
    clientAddress: { topology: 'remote' },
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    ranges: { refreshEvery: 'never' },
    registries: [{ name: 'images', upstreams: [{ name: 'upstream', url: 'http://127.0.0.1:9' }] }],
    stores: [{ name: 'store', url, key: '{digest}', default: true }],
    // An eighth is reserved for digests of other algorithms.
    presence: { entries: Math.max(1000, Math.ceil(blobs * 1.2)) },
    // The store has no bodies to read.
    health: { every: '1h' },
    stop: { delay: '0ms', timeout: '5s' },
  };
}

/** How many blobs a server knows. */
export async function knownBlobs(adminPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return Number(/^archeio_presence_entries (\d+)/m.exec(text)?.[1]);
}
