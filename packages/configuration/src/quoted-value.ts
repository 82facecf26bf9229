const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** YAML 1.1 read these as true and false; YAML 1.2 reads them as text. */
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
]);

/**
 * Describes a value that would be valid with or without quotes: a string that reads as the expected number or
 * boolean, or a number or boolean instead of a string.
 *
 * @param type the expected type, as the schema names it
 * @param expected the same in words
 * @returns undefined if the value is wrong in another way
 */
export function quotedValue(value: unknown, type: string, expected: string): string | undefined {
  if (typeof value === 'string') {
    const found = `expected ${expected}, found the string ${JSON.stringify(value)}`;
    const word = WORDS.get(value.toLowerCase());
    if (type === 'boolean' && word !== undefined) {
      const isWord = value === String(word);
      return `${found}: write ${isWord ? 'it' : String(word)} without quotes`;
    }
    return (type === 'number' || type === 'int') && NUMBER.test(value)
      ? `${found}: write it without quotes`
      : undefined;
  }
  return type === 'string' && (typeof value === 'number' || typeof value === 'boolean')
    ? `expected ${expected}, found the ${typeof value} ${value}: write it in quotes`
    : undefined;
}
