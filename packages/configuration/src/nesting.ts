import { Lexer } from 'yaml';

/** Deeper than any configuration; an alias that refers to itself ends here as well. */
export const DEEPEST = 32;

/**
 * Whether brackets, or indicators on one line (`- - -`), nest deeper than any configuration. It reads only the tokens:
 * the parser recurses as deep as the text nests, in time quadratic in the depth.
 */
export function isNestedTooDeeply(text: string): boolean {
  let brackets = 0;
  let indicators = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets++;
    else if (token === ']' || token === '}') brackets--;
    else if (token === '-' || token === '?') indicators++;
    else if (token === '\n' || token === '\r\n') indicators = 0;
    if (brackets > DEEPEST || indicators > DEEPEST) return true;
  }
  return false;
}
