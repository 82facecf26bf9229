/** An authentication scheme that a server offers (RFC 9110 §11.3). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** The opaque value that some schemes use instead of parameters. */
  readonly token68?: string;
  /** Names in lower case, values unquoted, in order; repeated names are kept. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const SEPARATORS = /[\s,]*/y;
const TOKEN = /[\w!#$%&'*+.^`|~-]+/y;
const TOKEN68 = /[ \t]+([\w.~+/-]+=*)[ \t]*(?=,|$)/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** More than a token: registries write URLs without quotes. */
const BARE = /[^\s,"]*/y;
const UNREADABLE = /[^,]*/y;

/**
 * Parses the challenges of a `WWW-Authenticate` header field, or of several that are joined by commas, in order (RFC
 * 9110 §11.6.1). Malformed parts are skipped up to the next comma.
 */
export function parseChallenges(field: string): Challenge[] {
  const challenges: Challenge[] = [];
  // Collects parameters that precede the first challenge.
  let parameters: [string, string][] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(field);
    if (match !== null) at = pattern.lastIndex;
    return match?.[1] ?? match?.[0];
  };
  for (take(SEPARATORS); at < field.length; take(SEPARATORS)) {
    const token = take(TOKEN)?.toLowerCase();
    if (token !== undefined && take(EQUALS) === undefined) {
      const token68 = take(TOKEN68);
      parameters = [];
      challenges.push({ scheme: token, ...(token68 !== undefined && { token68 }), parameters });
      continue;
    }
    const value = field[at] === '"' ? take(QUOTED)?.replaceAll(/\\(.)/gs, '$1') : take(BARE);
    if (token !== undefined && value !== undefined) parameters.push([token, value]);
    else take(UNREADABLE);
  }
  return challenges;
}
