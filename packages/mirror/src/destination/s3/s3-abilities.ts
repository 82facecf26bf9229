import { s3ErrorName, s3Status } from './s3-error.ts';

/**
 * What S3 has and other servers may lack: checksums of objects, puts and completions on condition, many deletions in
 * one request. What a server has refused is not asked of it again.
 */
export interface S3Abilities {
  checksums: boolean;
  conditionalPut: boolean;
  conditionalCompletion: boolean;
  manyDeletions: boolean;
}

export type S3Ability = keyof S3Abilities;

export const allAbilities = (): S3Abilities => ({
  checksums: true,
  conditionalPut: true,
  conditionalCompletion: true,
  manyDeletions: true,
});

/** What servers call the refusal of a header; not of bytes, a key, a part or credentials. */
const REFUSALS: ReadonlySet<string> = new Set([
  '',
  'BadRequest',
  'Error',
  'InvalidArgument',
  'InvalidHeader',
  'InvalidRequest',
  'NotImplemented',
  'Unknown',
  'UnknownError',
  'UnsupportedArgument',
  'UnsupportedHeader',
  'UnsupportedOperation',
]);

/** Whether the server may have refused what it does not know (RFC 9110 §15.6.2), and not this very object. */
function isRefusal(error: unknown): boolean {
  const status = s3Status(error);
  const name = s3ErrorName(error);
  return status === 501 || name === 'NotImplemented' || (status === 400 && REFUSALS.has(name));
}

/** Whether it was known what was asked for: something is there already, or is on its way. */
const isAboutCondition = (error: unknown): boolean => [409, 412].includes(s3Status(error));

/** What the server's message is about; none if it does not say. */
function named(error: unknown, abilities: readonly S3Ability[]): readonly S3Ability[] {
  const text = error instanceof Error ? error.message : '';
  if (/checksum/i.test(text)) return abilities.filter((each) => each === 'checksums');
  if (/if-none-match|condition/i.test(text))
    return abilities.filter((each) => each !== 'checksums');
  return [];
}

/** What may have been refused: what the message names, else each alone, else all together. */
function suspects(
  error: unknown,
  abilities: readonly S3Ability[],
): readonly (readonly S3Ability[])[] {
  return [named(error, abilities), ...abilities.map((each) => [each]), abilities].filter(
    (each, at, all) =>
      each.length > 0 && all.findIndex((other) => other.join() === each.join()) === at,
  );
}

/**
 * Sends a request with as much as the server can. Where it refuses, finds out what it was that it refused: only what
 * it does without is given up, for this destination and until the end of the run.
 *
 * @param wanted what the request would have
 * @param send with what is left of that
 */
export async function withAbilities<Result>(
  server: S3Abilities,
  wanted: readonly S3Ability[],
  send: (used: ReadonlySet<S3Ability>) => Promise<Result>,
): Promise<Result> {
  const used = wanted.filter((each) => server[each]);
  try {
    return await send(new Set(used));
  } catch (first) {
    if (!isRefusal(first)) throw first;
    for (const refused of suspects(first, used)) {
      try {
        const result = await send(new Set(used.filter((each) => !refused.includes(each))));
        for (const each of refused) server[each] = false;
        return result;
      } catch (error) {
        if (isRefusal(error)) continue;
        if (isAboutCondition(error)) for (const each of refused) server[each] = false;
        throw error;
      }
    }
    throw first;
  }
}
