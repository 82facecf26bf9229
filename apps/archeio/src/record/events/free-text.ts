import { withoutSecrets } from '@archeio/plain-errors';

/** Maximum length of a text, in UTF-16 code units. */
const LONGEST = 256;
/** Longer texts are cut before secrets are looked for, so that a long header costs no more. */
const LONGEST_READ = 1024;

// oxlint-disable-next-line no-control-regex -- they are what is replaced
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** A text that a client chose, without control characters and secrets, and not too long. */
export function freeText(text: string): string {
  const short = text.length > LONGEST_READ ? text.slice(0, LONGEST_READ) : text;
  return withoutSecrets(short.replace(CONTROL, ' ')).slice(0, LONGEST);
}
