import { Readable } from 'node:stream';
import { HttpRequest } from '@smithy/core/protocols';
import type { Environment } from '../../options.ts';
import { NodeHttpHandler } from '@smithy/node-http-handler';

type Handle = NodeHttpHandler['handle'];

/** Bytes: large enough that the cost of a slice is small, and small enough to stay in the CPU cache. */
const SLICE = 256 * 1024;

function* slicesOf(body: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < body.length; at += SLICE) yield body.subarray(at, at + SLICE);
}

/**
 * Sends bodies in slices. Bun's sockets concatenate what is written at once, a request's head and its body, into a new
 * buffer: megabytes are copied into fresh memory for a few hundred bytes. Retries still have the whole body.
 */
class SlicedBodies extends NodeHttpHandler {
  override handle(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const body: unknown = request.body;
    if (!(body instanceof Uint8Array && body.length > SLICE)) return super.handle(request, options);
    const sliced = HttpRequest.clone(request);
    sliced.body = Readable.from(slicesOf(body));
    return super.handle(sliced, options);
  }
}

/** The HTTP handler for S3 requests; it uses the proxies named by the environment. */
export function createS3Handler(environment: Environment): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: 256, proxyEnv: environment };
  return new (process.versions.bun === undefined ? NodeHttpHandler : SlicedBodies)({
    connectionTimeout: 10_000,
    socketTimeout: 60_000,
    httpAgent: agent,
    httpsAgent: agent,
  });
}
