import { StatedError } from '@archeio/plain-errors';
import { ATTEMPTS, backoff } from '../../backoff.ts';
import { chunksOf, type RegistryAnswer } from './body-chunks.ts';
import { answeredRange, isEncoded, unsatisfiedLength } from './content-range.ts';
import type { Pacer } from '../../pacer.ts';
import type { RegistryClient } from './registry-client.ts';
import { networkError, RegistryError } from './registry-error.ts';
import type { Timing } from '../../timing.ts';

const UNSATISFIABLE = 416;
/** No answer, or a status that says nothing about the requested blob. */
const BUSY: ReadonlySet<number> = new Set([0, 408, 429, 503]);

/**
 * The bytes at `target`, each once and in order. After a truncated body, it resumes where the body ended (RFC 9110
 * §14.2) or, if the server does not support ranges, reads again from the beginning and skips what it has.
 *
 * @throws RegistryError after too many attempts without progress
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
        if (!isPart) throw new StatedError('answered with a different range than requested');
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
 * Requests the rest.
 *
 * @returns `end` if nothing is left, undefined if the server does not serve the range
 */
async function partFrom(
  client: RegistryClient,
  target: string,
  scope: string,
  position: number,
): Promise<RegistryAnswer | 'end' | undefined> {
  try {
    const headers = { range: `bytes=${position}-` };
    const answer = await client.request(target, { scope, headers, also: [UNSATISFIABLE] });
    const { status, headers: said } = answer.response;
    if (status !== UNSATISFIABLE) return answer;
    answer.stop();
    return unsatisfiedLength(said) === position ? 'end' : undefined;
  } catch (error) {
    // It may have refused the range: without one, the answer is the server's own.
    if (error instanceof RegistryError && !BUSY.has(error.status)) return undefined;
    throw error;
  }
}
