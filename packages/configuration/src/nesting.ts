import { Lexer } from 'yaml';

/** Deeper than any configuration; what refers to itself ends here as well. */
export const DEEPEST = 32;

/**
 * Whether brackets, or indicators on one line (`- - -`), nest deeper than any configuration. Told from the tokens alone:
 * the parser goes as deep as the text does, and its time grows with the square of the depth.
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
