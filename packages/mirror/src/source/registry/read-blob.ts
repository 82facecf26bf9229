import { StatedError } from '@archeio/plain-errors';
import { ATTEMPTS, backoff } from '../../backoff.ts';
import { chunksOf } from './body-chunks.ts';
import { answeredRange, isEncoded, unsatisfiedLength } from './content-range.ts';
import type { Pacer } from '../../pacer.ts';
import type { Answer } from './answer.ts';
import type { RegistryClient } from './registry-client.ts';
import { networkError, RegistryError } from './registry-error.ts';
import type { Timing } from '../../timing.ts';

const UNSATISFIABLE = 416;
/** No answer, or one that says nothing of what was asked for. */
const BUSY: ReadonlySet<number> = new Set([0, 408, 429, 503]);

/**
 * The bytes at `target`, once each and in order. A body that is cut, or shorter than its `Content-Length`, is gone on
 * with from where it ended (RFC 9110 §14.2), or, from a server that does not give parts, read again from its beginning
 * without what has come already.
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
  let givesParts = true;
  for (let failures = 0; ;) {
    const isPart = position > 0 && givesParts;
    const answer = isPart
      ? await partFrom(client, target, scope, position)
      : await client.request(target, { scope });
    if (answer === 'end') return;
    const range = answer === undefined ? undefined : answeredRange(answer.response);
    if (answer !== undefined && isEncoded(answer.response.headers)) givesParts = false;
    try {
      if (answer === undefined || range === undefined || range.start > position) {
        answer?.stop();
        if (!isPart) throw new StatedError('answered with other bytes than it was asked for');
        givesParts = false;
        continue;
      }
      let at = range.start;
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
      const isPartOfUnknown = answer.response.status === 206 && range.total === undefined;
      if (at >= (range.total ?? 0) && !isPartOfUnknown) return;
      throw new StatedError(`ended after ${at} of ${range.total ?? 'more'} bytes`);
    } catch (error) {
      failures++;
      if (failures >= ATTEMPTS) throw networkError(new URL(target, client.origin).href, error);
      await timing.sleep(backoff(timing, failures));
    }
  }
}

/**
 * Asks for the rest.
 *
 * @returns `end` where nothing is left, undefined where the server does not give it
 */
async function partFrom(
  client: RegistryClient,
  target: string,
  scope: string,
  position: number,
): Promise<Answer | 'end' | undefined> {
  try {
    const headers = { range: `bytes=${position}-` };
    const answer = await client.request(target, { scope, headers, also: [UNSATISFIABLE] });
    const { status, headers: said } = answer.response;
    if (status !== UNSATISFIABLE) return answer;
    answer.stop();
    return unsatisfiedLength(said) === position ? 'end' : undefined;
  } catch (error) {
    // Whatever it refused may have been the part: without it the answer is the server's own.
    if (error instanceof RegistryError && !BUSY.has(error.status)) return undefined;
    throw error;
  }
}
