import { s3ErrorName, s3Status } from './s3-error.ts';

/**
 * Features of S3 that other servers may lack: object checksums, conditional puts and completions, multi-object
 * deletion. A feature that a server has refused is not used again.
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

/** Error names with which servers refuse a header, as opposed to bytes, a key, a part or credentials. */
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

/** Whether the server may have refused an unknown feature (RFC 9110 §15.6.2) rather than this particular object. */
function isRefusal(error: unknown): boolean {
  const status = s3Status(error);
  const name = s3ErrorName(error);
  return status === 501 || name === 'NotImplemented' || (status === 400 && REFUSALS.has(name));
}

/** Whether the server understood the condition: the object exists already, or is being written. */
const isAboutCondition = (error: unknown): boolean => [409, 412].includes(s3Status(error));

/** The features that the server's message names; empty if it names none. */
function named(error: unknown, abilities: readonly S3Ability[]): readonly S3Ability[] {
  const text = error instanceof Error ? error.message : '';
  if (/checksum/i.test(text)) return abilities.filter((each) => each === 'checksums');
  if (/if-none-match|condition/i.test(text))
    return abilities.filter((each) => each !== 'checksums');
  return [];
}

/** The features that may have been refused: those the message names, else each alone, else all together. */
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
 * Sends a request with all features that the server supports. If it is refused, finds out which feature caused that,
 * and stops using that feature for this destination until the end of the run.
 *
 * @param wanted the features that the request can use
 * @param send sends the request with the given subset
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
