import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { metricsOf, type ReceivedMetric, type ReceivedSpan, spansOf } from './otlp-messages.ts';

/** How a receiver answers: with a status, or never. */
export type Behaviour = number | 'hang';

/** A collector that keeps what it is sent. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Of accepted requests, in their order. */
  readonly spans: readonly ReceivedSpan[];
  /** Of the latest accepted request; a request has all metrics. */
  readonly metrics: readonly ReceivedMetric[];
  /** Number of requests with metrics that were accepted. */
  readonly exports: number;
  /** Of all requests, whatever the answer. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** The bodies of all requests, as sent. */
  readonly bodies: readonly Buffer[];
  /** Answers all later requests in this way. */
  behave(behaviour: Behaviour): void;
}

/** Listens on a free port, or on `port`. */
export async function startReceiver(port = 0): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  let metrics: ReceivedMetric[] = [];
  let exports = 0;
  let behaviour: Behaviour = 200;
  const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  const bodies: Buffer[] = [];

  function take(path: string, body: Buffer): void {
    if (path === '/v1/traces') spans.push(...spansOf(body));
    else if (path === '/v1/metrics') {
      metrics = metricsOf(body);
      exports++;
    }
  }

  function answer(response: ServerResponse, path: string, body: Buffer): void {
    if (behaviour === 'hang') return;
    if (behaviour === 200) take(path, body);
    response.writeHead(behaviour, { 'Content-Type': 'application/x-protobuf' }).end();
  }

  const server = createServer(async (request, response) => {
    const { url: path = '', headers } = request;
    const sent = await buffer(request);
    const body = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    requests.push({ path, headers });
    bodies.push(body);
    answer(response, path, body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${listening}`,
    port: listening,
    spans,
    get metrics() {
      return metrics;
    },
    get exports() {
      return exports;
    },
    requests,
    bodies,
    behave: (next) => (behaviour = next),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
