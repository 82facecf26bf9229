import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Passes on whole lines of another process, each with its line break, even if it ends within one. */
export function relayLines(from: Readable, write: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  from.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) write(`${line}\n`);
  });
  from.on('close', () => {
    if (rest !== '') write(`${rest}\n`);
    rest = '';
  });
  // The process is gone.
  from.on('error', () => undefined);
}
