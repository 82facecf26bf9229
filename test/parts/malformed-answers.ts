import net from 'node:net';
import { gzipSync } from 'node:zlib';

/** Malformed answers by their fault. `SECRET` marks text that must not be shown. */
export const SECRET = 'S3cr3tThatNobodyMaySee';

function answer(head: string, body: string | Buffer = ''): Buffer {
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${head}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

function redirect(location: string): Buffer {
  return answer(`302 Found\r\nLocation: ${location}\r\nContent-Length: 0`);
}

function encoded(encoding: string, body: Buffer): Buffer {
  return answer(`200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}`, body);
}

const BROKEN = Buffer.from('this is not compressed');

/** One malformed answer each; `/` leads back to the same server. */
export const MALFORMED: Readonly<Record<string, Buffer>> = {
  'a Content-Length that is not a number': answer('200 OK\r\nContent-Length: abc', 'body'),
  'a negative Content-Length': answer('200 OK\r\nContent-Length: -5', 'body'),
  'two lengths': answer('200 OK\r\nContent-Length: 4\r\nContent-Length: 5', 'body'),
  'a huge Content-Length': answer(`200 OK\r\nContent-Length: ${'9'.repeat(30)}`, 'body'),
  'a chunk without a size': answer(
    '200 OK\r\nTransfer-Encoding: chunked',
    'zz\r\nbody\r\n0\r\n\r\n',
  ),
  'a truncated chunk': answer('200 OK\r\nTransfer-Encoding: chunked', '40\r\nbody'),
  'a length and chunks': answer(
    '200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3',
    '4\r\nbody\r\n0\r\n\r\n',
  ),
  'a truncated body': answer('200 OK\r\nContent-Length: 500', 'body'),
  'bad gzip': encoded('gzip', BROKEN),
  'bad brotli': encoded('br', BROKEN),
  'bad zstd': encoded('zstd', BROKEN),
  'bad deflate': encoded('deflate', BROKEN),
  'cut gzip': encoded('gzip', gzipSync('x'.repeat(5000)).subarray(0, 20)),
  'a gzip bomb': encoded('gzip', gzipSync(Buffer.alloc(80 * 1024 * 1024))),
  'many encodings': encoded('gzip, gzip, gzip', gzipSync(gzipSync(gzipSync('x')))),
  'a redirect to a file': redirect(`file:///etc/hostname?token=${SECRET}`),
  'a redirect to data': redirect(`data:text/plain,token=${SECRET}`),
  'a redirect to nowhere': redirect(`http://[bad/?X-Amz-Signature=${SECRET}`),
  'a redirect with credentials': redirect(`http://user:${SECRET}@127.0.0.1:9/?sig=${SECRET}`),
  'a redirect to a closed port': redirect(`http://127.0.0.1:2/?X-Amz-Security-Token=${SECRET}`),
  'a redirect in a circle': redirect(`/?X-Amz-Signature=${SECRET}`),
  'a redirect without a location': answer('302 Found\r\nContent-Length: 0'),
  'no status': answer('xyz'),
  'status 0': answer('000 Odd\r\nContent-Length: 0'),
  'status 999': answer('999 Odd\r\nContent-Length: 0'),
  'an upgrade that was not asked for': answer('101 Switching Protocols\r\nUpgrade: x'),
  'a 304 that was not asked for': answer('304 Not Modified'),
  'another protocol': Buffer.from('HTTQ/9 200\r\n\r\n'),
  'a header line without a colon': answer('200 OK\r\nbad header', 'body'),
  'a zero in a header': answer('200 OK\r\nx: a\0b\r\nContent-Length: 4', 'body'),
  'a header section without end': answer(`200 OK\r\nx: ${'a'.repeat(300_000)}`),
  'nothing at all': Buffer.alloc(0),
  'an error that repeats the request': answer(
    '403 Forbidden\r\nConnection: close',
    `<Error><Code>AccessDenied</Code><Message>https://h/?X-Amz-Signature=${SECRET}</Message></Error>`,
  ),
  'a text that is not what it should be': answer(
    '200 OK\r\nConnection: close',
    `{"token":"${SECRET}", "x": nothing}`,
  ),
};

/** A server that gives the same malformed answer to every request. */
export interface MalformedServer extends AsyncDisposable {
  readonly origin: string;
}

async function serve(bytes: Buffer): Promise<MalformedServer> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.once('data', () => socket.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One server for each malformed answer, by its fault. */
export async function malformedServers(): Promise<
  AsyncDisposable & { readonly origins: ReadonlyMap<string, string> }
> {
  const servers = await Promise.all(
    Object.entries(MALFORMED).map(async ([what, bytes]) => [what, await serve(bytes)] as const),
  );
  return {
    origins: new Map(servers.map(([what, { origin }]) => [what, origin])),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(([, server]) => server[Symbol.asyncDispose]()));
    },
  };
}
