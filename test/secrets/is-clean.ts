import assert from 'node:assert/strict';
import { SECRET } from '../parts/malformed-answers.ts';

/** Phrases of runtimes and libraries that Archeio must never print. */
const FOREIGN_WORDS =
  /fetch\(\)|fetching "|verbose: true|Is the computer|fetch failed|terminated|other side closed|Decompression error|socket connection was closed|is not valid JSON|JSON Parse error|Unexpected token|Invalid URL|getaddrinfo|connect ECONN|falsy value/;

/** Asserts that the text has no secret, and no wording of a runtime or library. */
export function isClean(output: string): void {
  for (const form of [SECRET, Buffer.from(`user:${SECRET}`).toString('base64')])
    assert.ok(!output.includes(form), `a secret was shown:\n${around(output, form)}`);
  const [word] = FOREIGN_WORDS.exec(output) ?? [];
  assert.equal(word, undefined, `foreign words: ${around(output, word ?? '')}`);
}

function around(output: string, part: string): string {
  const at = output.indexOf(part);
  return output.slice(Math.max(0, at - 300), at + 300);
}
