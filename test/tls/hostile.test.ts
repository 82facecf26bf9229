import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connect as connectSecure } from 'node:tls';
import fc from 'fast-check';
import { type ArcheioProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { CertificateFiles } from '../parts/certificate-files.ts';
import { TestAuthority } from '../parts/certificate.ts';
import { until } from '../parts/log-waits.ts';
import { listenOnLoopback } from '../parts/ports.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { withStore } from '../serving/configurations.ts';

const secure = (port: number, host: string): Socket =>
  connectSecure({ port, host, rejectUnauthorized: false });

/** The first bytes that a real client sends. */
async function clientHello(): Promise<Buffer> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  const client = secure(port, '127.0.0.1');
  client.on('error', () => undefined);
  try {
    const [accepted]: Socket[] = await once(server, 'connection');
    const [hello]: unknown[] = await once(accepted, 'data');
    accepted.destroy();
    assert.ok(Buffer.isBuffer(hello));
    return hello;
  } finally {
    client.destroy();
    server.close();
  }
}

/** Sends bytes, and resolves with what came back once the server has closed the connection. */
function closed(
  port: number,
  bytes: Uint8Array,
  act: (socket: Socket) => void = () => undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes);
      act(socket);
    });
    socket.setTimeout(40_000, () => reject(new Error('the server keeps the connection')));
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

for (const runtime of RUNTIMES)
  describe(`hostile clients of TLS: ${runtime}`, { concurrency: true }, () => {
    let authority: TestAuthority;
    let files: CertificateFiles;
    let archeio: ArcheioProcess;
    let hello: Buffer;
    before(async () => {
      authority = new TestAuthority();
      files = new CertificateFiles(authority.issue());
      archeio = await startWith(runtime, withStore('http://127.0.0.1:9', { tls: files.names }));
      hello = await clientHello();
    });
    after(async () => {
      const { status } = await rawRequest(
        archeio.port,
        'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n',
        '127.0.0.1',
        secure,
      );
      assert.equal(status, 200, 'it still serves');
      await until('the connections to close', async () => {
        const text = await (await fetch(`http://127.0.0.1:${archeio.adminPort}/metrics`)).text();
        return Number(/^archeio_connections (\d+)$/m.exec(text)?.[1]) <= 1;
      });
      assert.ok(!archeio.log.some(({ level }) => level === 'error'), JSON.stringify(archeio.log));
      await archeio[Symbol.asyncDispose]();
      files[Symbol.dispose]();
      authority[Symbol.dispose]();
    });

    test('noise is closed without an HTTP answer', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 6, maxLength: 400 }), async (bytes) => {
          // What could be the beginning of a long record is waited for.
          const answer = await closed(archeio.port, bytes, (socket) =>
            setTimeout(() => socket.end(), 50),
          );
          assert.doesNotMatch(answer, /HTTP/);
        }),
        { numRuns: 100 },
      );
    });

    test('a handshake that is damaged anywhere, or ends anywhere, is refused', async () => {
      const cuts = Array.from({ length: hello.length - 1 }, (_, at) => at + 1).filter(
        (at) => at < 60 || at % 17 === 0,
      );
      await Promise.all(
        cuts.map(async (at) => {
          assert.doesNotMatch(
            await closed(archeio.port, hello.subarray(0, at), (socket) => socket.end()),
            /HTTP/,
          );
          const damaged = Buffer.from(hello);
          damaged[at] ^= 0xff;
          assert.doesNotMatch(
            await closed(archeio.port, damaged, (socket) => setTimeout(() => socket.end(), 100)),
            /HTTP/,
          );
        }),
      );
    });

    test('a handshake that stops, or comes byte by byte, has ten seconds', async () => {
      const drip = (socket: Socket): void => {
        let at = 10;
        const timer = setInterval(() => socket.write(hello.subarray(at, ++at)), 200);
        socket.once('close', () => clearInterval(timer));
      };
      const answers = await Promise.all([
        closed(archeio.port, hello.subarray(0, 10)),
        closed(archeio.port, hello.subarray(0, 10), drip),
        closed(archeio.port, hello),
        closed(archeio.port, Buffer.alloc(0)),
      ]);
      for (const answer of answers) assert.doesNotMatch(answer, /HTTP/);
    });

    test('half a request gets 408, and a silent connection ends, as without TLS', async () => {
      const stall = (bytes: string): Promise<string> =>
        new Promise((resolve, reject) => {
          let received = '';
          const socket = secure(archeio.port, '127.0.0.1');
          socket.setTimeout(40_000, () => reject(new Error('the server keeps the connection')));
          if (bytes !== '') socket.write(bytes);
          socket.on('data', (chunk) => (received += String(chunk)));
          socket.on('error', () => undefined);
          socket.on('close', () => resolve(received));
        });
      const [header, line, body, silent] = await Promise.all([
        stall('GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Slow: '),
        stall('GET /v2/'),
        stall('PUT /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'),
        stall(''),
      ]);
      assert.match(header, /^HTTP\/1\.1 408 /);
      assert.match(line, /^HTTP\/1\.1 408 /);
      assert.match(body, /^HTTP\/1\.1 405 /);
      assert.equal(silent, '');
    });
  });
