/** The characters of a token that are neither letters nor digits (RFC 9110 §5.6.2). */
const MARKS = "!#$%&'*+-.^_`|~";

const TOKEN_CODES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[0-9A-Za-z]/.test(character) || MARKS.includes(character) ? 1 : 0;
});

/** Whether a token may contain the character. */
export function isTokenCode(code: number): boolean {
  return code < 128 && TOKEN_CODES[code] === 1;
}

/** Whether the text is a token, as the name of a header is (RFC 9110 §5.1). */
export function isToken(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isTokenCode(text.charCodeAt(at))) return false;
  return text !== '';
}
