import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { startStore } from '../parts/store-server.ts';
import { metrics as scraped, until } from '../processes/several-processes.ts';
import { digest, pull, startUpstream, upstreamAt, withStore } from '../serving/configurations.ts';
import { type OtlpReceiver, startReceiver } from './otlp-receiver.ts';

/** Exports often enough for a test. */
function exporting({ url }: { readonly url: string }): Record<string, string> {
  return {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_METRIC_EXPORT_INTERVAL: '300',
  };
}

/** The samples of Archeio's own families in the text of Prometheus, without those that change by themselves. */
function samplesOf(text: string): Map<string, number> {
  const samples = text
    .split('\n')
    .filter((line) => /^(?:archeio|http)_/.test(line))
    .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))] as const);
  return new Map(samples);
}

/** The same of what a collector received. */
function receivedSamples({ metrics }: OtlpReceiver): Map<string, number> {
  const samples = new Map<string, number>();
  for (const { name, points } of metrics)
    for (const { attributes, value, sum, counts, bounds } of points) {
      const add = (suffix: string, number: number, le?: string): void => {
        const labels = Object.entries(le === undefined ? attributes : { le, ...attributes })
          .map(([key, each]) => `${key}="${each}"`)
          .join();
        samples.set(`${name}${suffix}${labels === '' ? '' : `{${labels}}`}`, number);
      };
      if (counts.length === 0) add('', value);
      else {
        let below = 0;
        counts.forEach((count, at) => {
          below += count;
          add('_bucket', below, at < bounds.length ? String(bounds[at]) : '+Inf');
        });
        add('_sum', sum);
        add('_count', value);
      }
    }
  return samples;
}

function countOf({ metrics }: OtlpReceiver, name: string): number {
  const { points = [] } = metrics.find((each) => each.name === name) ?? {};
  return points.reduce((sum, { value }) => sum + value, 0);
}

for (const runtime of RUNTIMES)
  suite(`metrics by OTLP: ${runtime}`, () => {
    test('a collector gets the samples of /metrics, summed over all processes', async () => {
      await using receiver = await startReceiver();
      await using store = await startStore();
      await using upstream = await startUpstream();
      for (let at = 0; at < 20; at++) store.put(digest(at), Buffer.from('blob'));
      const configuration = withStore(store.url, {
        ...upstreamAt(upstream.url),
        listen: { host: '127.0.0.1', port: 0, processes: 2 },
      });
      await using archeio = await startWith(runtime, configuration, undefined, exporting(receiver));
      for (let at = 0; at < 30; at++) await pull(archeio.port, at);
      await until('all requests are exported', () =>
        countOf(receiver, 'archeio_decisions_total') === 30 ? true : undefined,
      );
      const before = receiver.exports;
      await until('another export', () => receiver.exports > before + 1);
      const text = samplesOf(await scraped(archeio));
      assert.ok(text.size > 60, [...text.keys()].join('\n'));
      assert.deepEqual(
        Object.fromEntries(receivedSamples(receiver)),
        Object.fromEntries(text),
        'the same samples with the same values',
      );

      const decisions = receiver.metrics.find(({ name }) => name === 'archeio_decisions_total');
      assert.ok(decisions);
      assert.equal(decisions.type, 'counter');
      assert.equal(decisions.resource['service.name'], 'archeio');
      for (const { start, time } of decisions.points) assert.ok(start < time);
      const durations = receiver.metrics.find(
        ({ name }) => name === 'http_server_request_duration_seconds',
      );
      assert.equal(durations?.type, 'histogram');
      assert.equal(durations.unit, 's');
      archeio.signal('SIGTERM');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
    });

    test('a stop exports the last counts, although the interval is not over', async () => {
      await using receiver = await startReceiver();
      await using store = await startStore();
      await using archeio = await startWith(runtime, withStore(store.url), undefined, {
        ...exporting(receiver),
        OTEL_METRIC_EXPORT_INTERVAL: '3600000',
        OTEL_SERVICE_NAME: 'registry front',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=a%2Cb',
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a%20b',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      });
      for (let at = 0; at < 7; at++) await pull(archeio.port, at);
      assert.equal(receiver.exports, 0);
      archeio.signal('SIGTERM');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
      assert.equal(receiver.exports, 1);
      assert.equal(countOf(receiver, 'archeio_decisions_total'), 7);
      const [{ resource }] = receiver.metrics;
      assert.equal(resource['service.name'], 'registry front');
      assert.equal(resource['deployment.environment.name'], 'a,b');
      const [{ headers }] = receiver.requests;
      assert.equal(headers['x-tenant'], 'a b');
      assert.match(String(headers['user-agent']), /^archeio\/\d/);
    });

    test('a collector that refuses or hangs is logged once, and delays neither answers nor the stop', async () => {
      await using receiver = await startReceiver();
      receiver.behave(401);
      await using store = await startStore();
      await using upstream = await startUpstream();
      await using archeio = await startWith(
        runtime,
        withStore(store.url, upstreamAt(upstream.url)),
        undefined,
        { ...exporting(receiver), OTEL_EXPORTER_OTLP_TIMEOUT: '200' },
      );
      const logged = (event: string): unknown[] =>
        archeio.log.filter((line) => line.event === event).map(({ problem }) => problem);
      await until('two refusals', () => receiver.requests.length > 2);
      assert.deepEqual(logged('telemetry-not-exported'), ['the collector answered 401']);
      receiver.behave(200);
      await until('it works again', () => logged('telemetry-exported').length === 1);
      receiver.behave('hang');
      await until('it hangs', () => logged('telemetry-not-exported').length === 2);
      assert.equal((await pull(archeio.port, 1)).status, 307);
      archeio.signal('SIGTERM');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
      assert.deepEqual(logged('telemetry-not-exported')[1], 'no answer in time');
      assert.equal(archeio.log.at(-1)?.event, 'stopped');
    });
  });
