import assert from 'node:assert/strict';
import { suite } from 'node:test';
import { selfSignedCertificate } from '../../../backends/client/testing/certificate.ts';
import {
  closedPort,
  httpsStore,
  httpStore,
  rawStore,
} from '../../../backends/client/testing/fake-store.ts';
import {
  BRIEF,
  checking,
  type CreateChecker,
  hanging,
  PATIENCE,
  SHORT,
  test,
} from '../../../backends/client/testing/suite-parts.ts';
import { proberOver, type ProbeTarget } from '../prober.ts';

const BODY = 65_536;
const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** Tests of a prober that hold on every runtime. */
export function proberSuite(runtime: string, create: CreateChecker): void {
  void suite(`canaries on ${runtime}`, { concurrency: true }, () => proberTests(create));
}

function proberTests(create: CreateChecker): void {
  const probe = async (kind: ProbeTarget['kind'], url: string, timeout = PATIENCE) => {
    using checker = checking(create, timeout);
    return await proberOver(checker, BODY).probe({ kind, url, digest: DIGEST });
  };
  const both = async (url: string, saw: string | RegExp, timeout = PATIENCE) => {
    for (const kind of ['configured', 'upstream'] as const) {
      const verdict = await probe(kind, url, timeout);
      assert.deepEqual([verdict.outcome, verdict.forget], ['fail', false], kind);
      if (typeof saw === 'string') assert.equal(verdict.saw, saw);
      else assert.match(verdict.saw, saw);
    }
  };

  test('a store that delivers the first 64 KiB passes, by range or whole', async () => {
    await using store = await httpStore((request, response) => {
      if (request.url === '/whole') return response.end(new Uint8Array(5000));
      assert.equal(request.headers.range, 'bytes=0-65535');
      response.writeHead(206, { 'content-range': 'bytes 0-65535/100000' });
      return response.end(new Uint8Array(BODY));
    });
    assert.equal((await probe('configured', `${store.origin}/range`)).outcome, 'pass');
    assert.equal((await probe('seen', `${store.origin}/whole`)).outcome, 'pass');
  });

  for (const [status, kind, outcome, forget] of [
    [200, 'upstream', 'pass', false],
    [401, 'upstream', 'pass', false],
    [403, 'upstream', 'fail', false],
    [404, 'upstream', 'fail', false],
    [302, 'configured', 'fail', false],
    [403, 'configured', 'fail', false],
    [404, 'configured', 'fail', false],
    [503, 'configured', 'fail', false],
    [403, 'seen', 'fail', true],
    [404, 'seen', 'nothing', true],
    [410, 'seen', 'nothing', true],
    [429, 'seen', 'fail', false],
  ] as const) {
    test(`${status} of ${kind}: ${outcome}`, async () => {
      let requests = 0;
      await using store = await httpStore((_request, response) => {
        requests++;
        response.writeHead(status, { location: '/elsewhere' }).end('{}');
      });
      const verdict = await probe(kind, `${store.origin}/v2/`);
      assert.deepEqual(verdict, {
        outcome,
        saw: `status ${status}`,
        forget,
        ...(outcome === 'nothing' && { absent: true }),
      });
      assert.equal(requests, 1, 'no redirect is followed');
    });
  }

  test('an upstream passes by its status, whatever happens to the body', async () => {
    await using store = await rawStore((socket) => {
      socket.write('HTTP/1.1 401 Unauthorized\r\ncontent-length: 20\r\n\r\n<');
      socket.resume();
    });
    assert.equal((await probe('upstream', `${store.origin}/v2/`, BRIEF)).outcome, 'pass');
  });

  test('a backend that never answers fails by time-out', async () => {
    await using store = await hanging();
    await both(`${store.origin}/v2/`, 'timeout', SHORT);
  });

  test('a store that hangs during the body fails by time-out', async () => {
    await using store = await rawStore((socket) => {
      socket.write(`HTTP/1.1 206 Partial Content\r\ncontent-length: ${BODY}\r\n\r\nbegun`);
      socket.resume();
    });
    const verdict = await probe('seen', `${store.origin}/a`, BRIEF);
    assert.deepEqual(verdict, { outcome: 'fail', saw: 'timeout', forget: false });
  });

  test('a store whose body trickles for longer than the time-out fails', async () => {
    await using store = await rawStore((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${BODY}\r\n\r\n`);
      const trickle = setInterval(() => socket.write('x'.repeat(100)), 20);
      socket.on('close', () => clearInterval(trickle));
      socket.resume();
    });
    assert.equal((await probe('configured', `${store.origin}/a`, SHORT)).saw, 'timeout');
  });

  /** A backend with an endless body, chunked or delimited by the connection, at full speed or a byte at a time. */
  const endless = (status: string, isChunked: boolean, isTrickle: boolean) =>
    rawStore((socket) => {
      const bytes = isTrickle ? 'x' : 'x'.repeat(BODY);
      const part = isChunked ? `${bytes.length.toString(16)}\r\n${bytes}\r\n` : bytes;
      const framing = isChunked ? 'transfer-encoding: chunked' : 'connection: close';
      socket.write(`HTTP/1.1 ${status}\r\n${framing}\r\n\r\n${part}`);
      const trickle = setInterval(() => isTrickle && socket.write(part), 20);
      const fill = (): void => {
        while (!socket.destroyed && socket.write(part));
      };
      socket.on('close', () => clearInterval(trickle));
      socket.resume();
      if (isTrickle) return;
      socket.on('drain', fill);
      fill();
    });

  for (const isChunked of [true, false]) {
    const how = isChunked ? 'in chunks' : 'until the connection ends';
    test(`an endless body is read only as far as needed, ${how}`, async () => {
      await using store = await endless('200 OK', isChunked, false);
      assert.equal((await probe('seen', `${store.origin}/a`)).outcome, 'pass');
      await store.untilOpen(0);
    });

    test(`an endless body that trickles ends with the time-out, ${how}`, async () => {
      await using store = await endless('200 OK', isChunked, true);
      const verdict = await probe('seen', `${store.origin}/a`, SHORT);
      assert.deepEqual(verdict, { outcome: 'fail', saw: 'timeout', forget: false });
      await store.untilOpen(0);
    });

    for (const isTrickle of [true, false])
      test(`a status whose body ${isTrickle ? 'trickles' : 'comes'} without end counts within its bounds, ${how}`, async () => {
        const timeout = isTrickle ? BRIEF : PATIENCE;
        await using missing = await endless('404 Not Found', isChunked, isTrickle);
        const verdict = await probe('seen', `${missing.origin}/a`, timeout);
        assert.deepEqual([verdict.outcome, verdict.saw], ['nothing', 'status 404']);
        await missing.untilOpen(0);
        await using upstream = await endless('401 Unauthorized', isChunked, isTrickle);
        assert.equal((await probe('upstream', `${upstream.origin}/v2/`, timeout)).outcome, 'pass');
        await upstream.untilOpen(0);
      });
  }

  test('a store that cuts the body short fails', async () => {
    await using store = await rawStore((socket) => {
      socket.once('data', () =>
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${BODY}\r\n\r\nnot enough`),
      );
    });
    assert.equal((await probe('configured', `${store.origin}/a`)).outcome, 'fail');
  });

  test('a store that delivers nothing under a 200 fails', async () => {
    await using store = await httpStore((_request, response) => response.end());
    const { outcome, saw } = await probe('configured', `${store.origin}/a`);
    assert.deepEqual(
      [outcome, saw],
      ['fail', 'status 200, but its length is 0, and the digest is not that of the empty blob'],
    );
  });

  test('a connection reset, a refused connection and an untrusted certificate fail', async () => {
    await using resetting = await rawStore((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    await both(`${resetting.origin}/v2/`, /ECONNRESET/);
    await both(`http://127.0.0.1:${await closedPort()}/v2/`, /ECONNREFUSED/);
    await using secure = await httpsStore(selfSignedCertificate(), (_request, response) =>
      response.end(),
    );
    await both(`${secure.origin}/v2/`, /DEPTH_ZERO_SELF_SIGNED_CERT/);
  });
}
