import { ATTEMPTS, backoff } from './backoff.ts';
import { chunksOf } from './body-chunks.ts';
import type { Pacer } from './pacer.ts';
import type { RegistryClient } from './registry-client.ts';
import { networkError } from './registry-error.ts';
import type { Timing } from './timing.ts';

/** The offset at which an answer to a request for the rest begins. */
function offsetOf(response: Response): number {
  const [, start] = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '') ?? [];
  return response.status === 206 && start !== undefined ? Number(start) : 0;
}

/**
 * The bytes at `target`, once each and in order. A body that is cut, or shorter than its `Content-Length`, is gone on
 * with from where it ended (RFC 9110 §14.2).
 *
 * @throws RegistryError after too many attempts that brought nothing new
 */
export async function* readBlob(
  client: RegistryClient,
  target: string,
  scope: string,
  { bytes, timing }: { readonly bytes: Pacer; readonly timing: Timing },
): AsyncGenerator<Uint8Array> {
  let position = 0;
  for (let failures = 0; ;) {
    const headers: Record<string, string> = position > 0 ? { range: `bytes=${position}-` } : {};
    const answer = await client.request(target, { scope, headers });
    let at = offsetOf(answer.response);
    const length = Number(answer.response.headers.get('content-length') ?? Number.NaN);
    const end = at + length;
    try {
      for await (const chunk of chunksOf(answer, client.silence)) {
        const news =
          at + chunk.length <= position ? undefined : chunk.subarray(Math.max(0, position - at));
        at += chunk.length;
        if (news === undefined) continue;
        await bytes.take(news.length);
        position = at;
        failures = 0;
        yield news;
      }
      if (Number.isNaN(length) || at >= end) return;
      throw new Error(`ended after ${at} of ${end} bytes`);
    } catch (error) {
      failures++;
      if (failures === ATTEMPTS) throw networkError(target, error);
      await timing.sleep(backoff(timing, failures));
    }
  }
}
