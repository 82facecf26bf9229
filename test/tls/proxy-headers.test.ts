import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect as connectSecure } from 'node:tls';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { type ArcheioProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { CertificateFiles } from '../parts/certificate-files.ts';
import { TestAuthority } from '../parts/certificate.ts';
import { startHaproxyTcp } from '../parts/haproxy-tcp.ts';
import { logged, until } from '../parts/log-waits.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { TABLE_CONFIGURATION } from '../requests/configuration.ts';
import { startNginxStream } from '../parts/nginx-stream.ts';

const HEX = 'a'.repeat(64);
const BLOB = `GET /v2/pause/blobs/sha256:${HEX} HTTP/1.1\r\nHost: registry.example\r\n`;

/** Addresses, and the host that their blobs come from. */
const CLIENTS = [
  ['35.180.1.1', 'paris.example', 'AWS eu-west-3'],
  ['35.220.26.1', 'upstream.example', 'GCP'],
  ['203.0.113.7', 'cdn.example', 'an unknown network'],
  ['2a05:d012::1', 'paris.example', 'AWS eu-west-3 by IPv6'],
] as const;

function headerFor(address: string): string {
  const [family, to] = address.includes(':') ? ['TCP6', '2001:db8::1'] : ['TCP4', '192.0.2.1'];
  return `PROXY ${family} ${address} ${to} 4711 443\r\n`;
}

function proxied(...prefixes: string[]): ConfigurationSource {
  return { ...TABLE_CONFIGURATION, clientAddress: { topology: 'proxy-protocol', prefixes } };
}

/** The host of the Location for a blob, for a connection that begins with these bytes. */
async function hostFor(
  port: number,
  header: string | Buffer,
  { tls = false, lines = '' } = {},
): Promise<string> {
  const open = (): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.write(header);
    return tls ? connectSecure({ socket, rejectUnauthorized: false }) : socket;
  };
  const { headers } = await rawRequest(port, `${BLOB}${lines}\r\n`, '127.0.0.1', open);
  return new URL(headers.get('location') ?? 'none:').host;
}

/** Sends bytes, and resolves with what the server sent once it has closed the connection. */
function closed(port: number, bytes: string | Buffer, from = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    socket.setTimeout(30_000, () => reject(new Error('the server keeps the connection')));
    socket.write(bytes);
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

async function failures({ adminPort }: ArcheioProcess): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  const lines = text.matchAll(/^archeio_connections_failed_total\{reason="(.*)"\} (\d+)$/gm);
  return Object.fromEntries(Array.from(lines, ([, reason, value]) => [reason, Number(value)]));
}

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const version2 = (hex: string): Buffer => Buffer.from(SIGNATURE + hex, 'hex');
/** 35.180.1.1 to 192.0.2.1, by TCP. */
const PARIS_2 = '2111000c23b40101c0000201126701bb';

for (const runtime of RUNTIMES)
  describe(`PROXY headers: ${runtime}`, () => {
    let archeio: ArcheioProcess;
    before(async () => {
      archeio = await startWith(runtime, proxied('127.0.0.1/32'));
    });
    after(() => archeio[Symbol.asyncDispose]());

    test('the address in the header decides, whatever the client writes', async () => {
      for (const [address, host, place] of CLIENTS) {
        assert.equal(await hostFor(archeio.port, headerFor(address)), host, place);
        const lines = 'X-Forwarded-For: 35.180.1.1, 35.180.1.1\r\n';
        assert.equal(await hostFor(archeio.port, headerFor(address), { lines }), host, place);
      }
      assert.equal(await hostFor(archeio.port, version2(PARIS_2)), 'paris.example');
      assert.equal(
        await hostFor(archeio.port, version2(`2111001023b40101c0000201126701bb04000100`)),
        'paris.example',
      );
    });

    test('the address holds for every request on the connection', async () => {
      const socket = connect(archeio.port, '127.0.0.1');
      let received = '';
      socket.on('data', (chunk) => (received += String(chunk)));
      socket.write(`${headerFor('35.180.1.1')}${BLOB}\r\n${BLOB}\r\n`);
      await until('two answers', () => received.split('HTTP/1.1 307').length === 3);
      socket.write(`${BLOB}\r\n`);
      await until('a third', () => received.split('HTTP/1.1 307').length === 4);
      assert.equal(received.match(/Location: https:\/\/paris\.example/g)?.length, 3);
      socket.destroy();
    });

    test('LOCAL and UNKNOWN mean the peer', async () => {
      for (const header of [
        'PROXY UNKNOWN\r\n',
        version2('20000000'),
        version2(`2011000c${PARIS_2.slice(8)}`),
      ])
        assert.equal(await hostFor(archeio.port, header), 'cdn.example');
    });

    test('the header may come byte by byte, and be split anywhere', async () => {
      for (const header of [Buffer.from(headerFor('35.180.1.1')), version2(PARIS_2)]) {
        const bytes = Buffer.concat([header, Buffer.from(`${BLOB}Connection: close\r\n\r\n`)]);
        const answers = Array.from({ length: header.length + 2 }, (_, at) => {
          const socket = connect(archeio.port, '127.0.0.1');
          socket.setNoDelay(true);
          socket.write(bytes.subarray(0, at + 1));
          setTimeout(() => socket.write(bytes.subarray(at + 1)), 20);
          let received = '';
          socket.on('data', (chunk) => (received += String(chunk)));
          return new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
        });
        for (const answer of await Promise.all(answers))
          assert.match(answer, /Location: https:\/\/paris\./);
      }
    });

    test('a peer that is not stated is refused, whatever it sends', async () => {
      const before = await failures(archeio);
      for (const bytes of [`${headerFor('35.180.1.1')}${BLOB}\r\n`, `${BLOB}\r\n`])
        assert.equal(await closed(archeio.port, bytes, '127.0.0.2'), '');
      await until('the count', async () => {
        const { 'untrusted-peer': count = 0 } = await failures(archeio);
        return count === (before['untrusted-peer'] ?? 0) + 2;
      });
      assert.equal((await logged(archeio, 'proxy-protocol-refused'))['peer'], '127.0.0.2');
    });

    test('a stated peer without a good header is closed without an answer, and counted by reason', async () => {
      const before = await failures(archeio);
      for (const bytes of [
        `${BLOB}\r\n`,
        '\x16\x03\x01\x02\x00',
        'PROXY TCP4 35.180.1.1\r\n',
        `PROXY TCP4 35.180.1.1 192.0.2.1 4711 99999\r\n${BLOB}\r\n`,
        version2('2111000b23b40101c000020112670100'),
        version2('2211000c23b40101c0000201126701bb'),
        version2('2151000c23b40101c0000201126701bb'),
        Buffer.from(`0d0a0d0a000d0a515549550a${PARIS_2}`, 'hex'),
        `PROXY UNKNOWN ${'x'.repeat(5000)}`,
        version2('2111ffff'),
      ])
        assert.equal(await closed(archeio.port, bytes), '', JSON.stringify(String(bytes)));
      const cut = connect(archeio.port, '127.0.0.1', () => cut.end('PROXY TCP4 35.1'));
      // A check by TCP: nobody counts it.
      const check = connect(archeio.port, '127.0.0.1', () => check.end());
      const slow = closed(archeio.port, 'PROXY TCP4 35.1');
      assert.equal(await slow, '');
      assert.equal(await closed(archeio.port, ''), '', 'a client that waits forever');
      const expected = {
        'no-header': 3,
        'malformed-header': 5,
        'header-too-long': 2,
        'header-cut': 1,
        'header-timeout': 2,
      };
      const grown = async (): Promise<Record<string, number>> => {
        const now = await failures(archeio);
        return Object.fromEntries(
          Object.keys(expected).map((reason) => [
            reason,
            (now[reason] ?? 0) - (before[reason] ?? 0),
          ]),
        );
      };
      await until('the counts', async () => (await grown())['header-timeout'] === 2);
      assert.deepEqual(await grown(), expected);
      const lines = archeio.log.filter(
        ({ event, reason }) => event === 'proxy-protocol-refused' && reason === 'malformed-header',
      );
      assert.equal(lines.length, 1, 'once in ten minutes');
    });
  });

for (const runtime of RUNTIMES)
  test(`a reload changes whose headers count, on a listener of every address: ${runtime}`, async () => {
    const everywhere = (prefix: string): ConfigurationSource => ({
      ...proxied(prefix),
      listen: { host: '::', port: 0 },
    });
    await using archeio = await startWith(runtime, everywhere('127.0.0.0/8'));
    // The peer is ::ffff:127.0.0.1 there.
    assert.equal(await hostFor(archeio.port, headerFor('35.180.1.1')), 'paris.example');
    archeio.configure(everywhere('10.0.0.0/8'));
    await logged(archeio, 'configuration-loaded');
    assert.equal(await closed(archeio.port, `${headerFor('35.180.1.1')}${BLOB}\r\n`), '');
    archeio.configure({ ...everywhere('127.0.0.0/8'), clientAddress: { topology: 'remote' } });
    assert.deepEqual((await logged(archeio, 'restart-needed'))['keys'], ['clientAddress']);
  });

describe('behind a layer 4 balancer', { skip: unavailable(['haproxy', 'nginx']) }, () => {
  let folder: string;
  let authority: TestAuthority;
  let files: CertificateFiles;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-proxy-'));
    authority = new TestAuthority();
    files = new CertificateFiles(authority.issue());
  });
  after(() => {
    files[Symbol.dispose]();
    authority[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  for (const runtime of RUNTIMES)
    for (const tls of [false, true])
      describe(`${runtime}${tls ? ', with TLS' : ''}`, () => {
        let archeio: ArcheioProcess;
        before(async () => {
          const source = proxied('127.0.0.0/8');
          archeio = await startWith(runtime, {
            ...source,
            ...(tls && { tls: { ...files.names, redirect: { port: 0 } } }),
          });
        });
        after(() => archeio[Symbol.asyncDispose]());

        for (const send of ['send-proxy', 'send-proxy-v2'])
          test(`HAProxy with ${send}: each client gets the store near it, and health checks pass`, async () => {
            const check = `check check-send-proxy inter 100ms${tls ? ' check-ssl verify none' : ''}`;
            await using haproxy = await startHaproxyTcp(
              join(folder, `${runtime}-${tls}-${send}`),
              archeio.port,
              `${send} ${check}`,
              ['option httpchk GET /readyz', 'http-check send hdr Host registry.example'],
            );
            await until('a passed check', async () =>
              (await haproxy.statistics()).includes('L7OK'),
            );
            for (const [address, host, place] of CLIENTS)
              assert.equal(await hostFor(haproxy.port, headerFor(address), { tls }), host, place);
            // HAProxy's own connections: the peer counts.
            assert.equal(await hostFor(haproxy.port, 'PROXY UNKNOWN\r\n', { tls }), 'cdn.example');
          });

        test('a health check without a header fails', async () => {
          await using haproxy = await startHaproxyTcp(
            join(folder, `${runtime}-${tls}-check`),
            archeio.port,
            `check inter 100ms${tls ? ' check-ssl verify none' : ''}`,
            ['option httpchk GET /readyz'],
          );
          await until('a failed check', async () => /,DOWN,/.test(await haproxy.statistics()));
        });

        test(
          'nginx with proxy_protocol: the address of its client decides',
          { skip: unavailable(['nginx']) },
          async () => {
            await using nginx = await startNginxStream(
              join(folder, `${runtime}-${tls}-nginx`),
              archeio.port,
            );
            assert.equal(
              await hostFor(nginx.port, headerFor('35.180.1.1'), { tls }),
              'paris.example',
            );
            assert.equal(
              await hostFor(nginx.port, headerFor('203.0.113.7'), { tls }),
              'cdn.example',
            );
          },
        );

        if (tls)
          test('the port that redirects needs a header as well', async () => {
            const port = Number((await logged(archeio, 'started'))['redirectPort']);
            assert.equal(await closed(port, `${BLOB}\r\n`), '');
            assert.match(
              await closed(port, `${headerFor('35.180.1.1')}${BLOB}Connection: close\r\n\r\n`),
              /^HTTP\/1\.1 308 .*\r\nLocation: https:\/\/registry\.example:\d+\/v2\/pause\/blobs/s,
            );
          });
      });
});
