import assert from 'node:assert/strict';
import { get } from 'node:http';
import { suite, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { startStore } from '../parts/store-server.ts';
import { metrics, sumOf, until } from '../processes/several-processes.ts';
import { digest, pull, startUpstream, upstreamAt, withStore } from '../serving/configurations.ts';
import { launch } from '../processes/launched.ts';
import { startReceiver } from './otlp-receiver.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

/** Makes Node.js write each URL that it loads to standard error. */
const TELL = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`,
)}`;

/** The packages of OpenTelemetry that `archeio serve` loads until it has stopped. */
async function loadedWith(environment: Record<string, string>): Promise<readonly string[]> {
  await using store = await startStore();
  const source = withStore(store.url, {
    listen: { host: '127.0.0.1', port: 0, admin: { port: 0 } },
  });
  await using archeio = launch('node', source, {
    NODE_OPTIONS: `--import=${TELL}`,
    ...environment,
  });
  await until('it has started', () => archeio.stdout.includes('"event":"started"'));
  process.kill(archeio.pid, 'SIGTERM');
  const { stderr } = await archeio.ended;
  const names = stderr.matchAll(/\/node_modules\/(@opentelemetry\/[^/\n]+)/g);
  return [...new Set(Array.from(names, ([, name = '']) => name))];
}

suite('what is exported and loaded', () => {
  test('the SDK is loaded only if a variable asks for it', async () => {
    await using receiver = await startReceiver();
    // Prometheus' client needs the types and constants of the API.
    assert.deepEqual(await loadedWith({}), ['@opentelemetry/api']);
    const traces = await loadedWith(exporting(receiver));
    assert.ok(traces.includes('@opentelemetry/sdk-trace'), traces.join());
    assert.ok(!traces.includes('@opentelemetry/exporter-metrics-otlp-proto'));
  });

  for (const runtime of RUNTIMES)
    test(`an endpoint that cannot be used is an error at the start: ${runtime}`, async () => {
      const source = withStore('https://store.example');
      await using archeio = launch(runtime, source, {
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'me:secret@collector:4317',
      });
      const { code, stderr, stdout } = await archeio.ended;
      assert.equal(code, 2);
      assert.equal(
        stderr,
        'archeio: OTEL_EXPORTER_OTLP_ENDPOINT: cannot read the URL: expected http or https, such as http://collector:4318\n',
      );
      assert.equal(stdout, '');
    });
});

/** Exports often enough for a test. */
function exporting({ url }: { readonly url: string }): Record<string, string> {
  return {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  };
}

/** Asks for a path; resolves with the status. */
function ask(port: number, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}

for (const runtime of RUNTIMES)
  suite(`traces by OTLP: ${runtime}`, () => {
    test('a span says how a request was answered, with a child for each backend that it waited for', async () => {
      await using receiver = await startReceiver();
      await using store = await startStore();
      await using upstream = await startUpstream();
      store.put(digest(1), Buffer.from('blob'));
      const source = withStore(store.url, upstreamAt(upstream.url));
      await using archeio = await startWith(runtime, source, undefined, {
        ...exporting(receiver),
        OTEL_SERVICE_NAME: 'front',
      });
      await ask(archeio.port, `/v2/pause/blobs/${digest(1)}?token=secret&X-Amz-Signature=secret`, {
        Authorization: 'Bearer secret',
        Cookie: 'secret',
        'User-Agent': 'containerd/2.0',
        Host: 'Registry.example:8443',
      });
      const spans = await until('two spans', () =>
        receiver.spans.length >= 2 ? receiver.spans : undefined,
      );
      assert.equal(spans.length, 2);
      const request = spans.find(({ kind }) => kind === 2);
      assert.ok(request);
      assert.equal(request.name, 'GET /v2/{name}/blobs/{digest}');
      assert.equal(request.parentSpanId, '');
      assert.equal(request.status, 0);
      assert.equal(request.scope, 'archeio');
      assert.equal(request.resource['service.name'], 'front');
      assert.deepEqual(request.attributes, {
        'http.request.method': 'GET',
        'http.route': '/v2/{name}/blobs/{digest}',
        'http.response.status_code': 307,
        'url.path': `/v2/pause/blobs/${digest(1)}`,
        'url.scheme': 'http',
        'server.address': 'registry.example',
        'server.port': 8443,
        'user_agent.original': 'containerd/2.0',
        'archeio.rule': 'R11',
        'archeio.reason': 'first-healthy-store',
        'archeio.backend': 'store',
      });
      const check = spans.find((each) => each !== request);
      assert.ok(check);
      assert.equal(check.name, 'check store');
      assert.equal(check.traceId, request.traceId);
      assert.equal(check.parentSpanId, request.spanId);
      assert.deepEqual(check.attributes, {
        'archeio.backend': 'store',
        'archeio.presence': 'present',
      });
      assert.ok(check.start <= check.end);
      assert.ok(request.start <= request.end);
      for (const body of receiver.bodies)
        for (const secret of ['secret', '127.0.0.1', 'token='])
          assert.ok(!body.includes(secret), secret);
    });

    test('a traceparent continues its trace; only that of a trusted peer decides whether it is recorded', async () => {
      for (const [trustedPeers, sample, flags, isRecorded] of [
        [['127.0.0.0/8'], 0, '01', true],
        [['127.0.0.0/8'], 1, '00', false],
        [['10.0.0.0/8'], 0, '01', false],
        [['10.0.0.0/8'], 1, '00', true],
      ] as const) {
        await using receiver = await startReceiver();
        await using store = await startStore();
        const source = withStore(store.url, {
          traces: { trustedPeers: [...trustedPeers], sample },
        });
        await using archeio = await startWith(runtime, source, undefined, exporting(receiver));
        const status = await ask(archeio.port, '/v2/', {
          traceparent: `00-${TRACE}-${SPAN}-${flags}`,
          tracestate: 'vendor=1',
        });
        assert.equal(status, 200);
        archeio.signal('SIGTERM');
        await archeio.ended;
        const isTrusted = trustedPeers[0] === '127.0.0.0/8';
        assert.deepEqual(
          receiver.spans.map(({ traceId, parentSpanId, traceState }) => ({
            traceId,
            parentSpanId,
            traceState,
          })),
          isRecorded
            ? [{ traceId: TRACE, parentSpanId: SPAN, traceState: isTrusted ? 'vendor=1' : '' }]
            : [],
        );
      }
    });

    test('every process exports its spans, and a stop the last ones', async () => {
      await using receiver = await startReceiver();
      await using store = await startStore();
      const source = withStore(store.url, {
        listen: { host: '127.0.0.1', port: 0, processes: 2 },
      });
      await using archeio = await startWith(runtime, source, undefined, {
        ...exporting(receiver),
        OTEL_BSP_SCHEDULE_DELAY: '3600000',
        OTEL_TRACES_SAMPLER: 'always_on',
      });
      let asked = 0;
      // The kernel distributes connections; with this many, each process gets some.
      for (; asked < 60; asked++) await ask(archeio.port, '/v2/');
      archeio.signal('SIGTERM');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
      assert.equal(receiver.spans.length, asked);
      const processes = new Set(receiver.spans.map(({ resource }) => resource['process.pid']));
      assert.equal(processes.size, 2);
      assert.equal(new Set(receiver.spans.map(({ traceId }) => traceId)).size, asked);
    });

    test('a collector that hangs costs spans, which are counted, and delays neither answers nor the stop', async () => {
      await using receiver = await startReceiver();
      receiver.behave('hang');
      await using store = await startStore();
      await using archeio = await startWith(runtime, withStore(store.url), undefined, {
        ...exporting(receiver),
        OTEL_BSP_MAX_QUEUE_SIZE: '8',
      });
      for (let at = 0; at < 30; at++) assert.equal(await ask(archeio.port, '/v2/'), 200);
      const text = await until('spans are dropped', async () => {
        const now = await metrics(archeio);
        return now.includes('archeio_spans_total{outcome="dropped"} 22') ? now : undefined;
      });
      assert.equal(sumOf(text, 'archeio_spans_total'), 22);
      archeio.signal('SIGTERM');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
      assert.equal(archeio.log.at(-1)?.event, 'stopped');
      assert.ok(!archeio.log.some(({ event }) => event === 'cut'));
    });

    test('without a variable that asks for it, traceparent changes nothing and no collector is asked', async () => {
      await using receiver = await startReceiver();
      await using store = await startStore();
      const source = withStore(store.url, { traces: {} });
      await using archeio = await startWith(runtime, source, undefined, {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      });
      assert.equal((await pull(archeio.port, 1)).status, 307);
      assert.equal(await ask(archeio.port, '/v2/', { traceparent: `00-${TRACE}-${SPAN}-01` }), 200);
      assert.ok(!(await metrics(archeio)).includes('archeio_spans_total'));
      archeio.signal('SIGTERM');
      await archeio.ended;
      assert.equal(receiver.requests.length, 0);
      const warnings = archeio.log.filter(({ event }) => event === 'environment-warning');
      assert.deepEqual(
        warnings.map(({ problem }) => problem),
        [
          'OTEL_EXPORTER_OTLP_ENDPOINT: nothing is exported: set OTEL_TRACES_EXPORTER or OTEL_METRICS_EXPORTER to otlp',
        ],
      );
    });
  });
