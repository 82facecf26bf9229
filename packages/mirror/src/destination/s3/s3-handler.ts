import { Readable } from 'node:stream';
import { HttpRequest } from '@smithy/core/protocols';
import type { Environment } from '../../options.ts';
import { NodeHttpHandler } from '@smithy/node-http-handler';

type Handle = NodeHttpHandler['handle'];

/** Bytes; enough that a slice costs little beside its bytes, and few enough that they stay in the processor's cache. */
const SLICE = 256 * 1024;

function* slicesOf(body: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < body.length; at += SLICE) yield body.subarray(at, at + SLICE);
}

/**
 * Sends bodies in slices. Bun's sockets join what is written at once, a request's head and its body, into a new buffer:
 * megabytes are copied, into memory that was never used before, for the sake of a few hundred bytes. Whoever tries a
 * request again still has the body whole.
 */
class SlicedBodies extends NodeHttpHandler {
  override handle(
    request: Parameters<Handle>[0],
    options: Parameters<Handle>[1],
  ): ReturnType<Handle> {
    const body: unknown = request.body;
    if (!(body instanceof Uint8Array && body.length > SLICE)) return super.handle(request, options);
    const sliced = HttpRequest.clone(request);
    sliced.body = Readable.from(slicesOf(body));
    return super.handle(sliced, options);
  }
}

/** How S3 is asked, through the proxies that the environment names. */
export function createS3Handler(environment: Environment): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: 256, proxyEnv: environment };
  return new (process.versions.bun === undefined ? NodeHttpHandler : SlicedBodies)({
    connectionTimeout: 10_000,
    socketTimeout: 60_000,
    httpAgent: agent,
    httpsAgent: agent,
  });
}
