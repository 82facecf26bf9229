import { makePrefix, parsePrefix, tryParseAddr, type Prefix } from '@archeio/netip';

/** A provider's file of lines, and what messages call it. */
export interface PublishedText {
  readonly text: string;
  readonly name: string;
}

/** No prefix is longer; what a provider answers may be. */
const LONGEST_PREFIX = 64;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A line of a text file that knows its place, so that what is wrong can be named. */
export class TextLine {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  /** Without spaces at its ends. */
  readonly text: string;

  private constructor(file: string, number: number, text: string) {
    this.file = file;
    this.number = number;
    this.text = text;
  }

  /**
   * The lines that say something: neither empty nor a comment after `#`.
   * @throws SyntaxError if there is none
   */
  static parse({ text, name }: PublishedText): TextLine[] {
    const lines = text
      .split('\n')
      .map((line, index) => new TextLine(name, index + 1, line.trim()))
      .filter((line) => line.text !== '' && !line.text.startsWith('#'));
    if (lines.length > 0) return lines;
    throw new SyntaxError(
      `cannot read ${name}: ${text.trim() === '' ? 'the file is empty' : 'expected at least one prefix'}`,
    );
  }

  /** Ends the reading with a message that names this line. */
  refuse(reason: string): never {
    throw new SyntaxError(`cannot read ${this.file}: line ${this.number}: ${reason}`);
  }

  /** The prefix that `text`, a part of the line, is; an address alone is the prefix of its whole length (RFC 8805 §2.1.1.1). */
  prefix(text: string): Prefix {
    if (text.length > LONGEST_PREFIX)
      this.refuse(`expected a prefix, got ${JSON.stringify(text.slice(0, 60))}…`);
    const addr = tryParseAddr(text);
    if (addr !== undefined) return makePrefix(addr, addr.family === 4 ? 32 : 128);
    try {
      return parsePrefix(text);
    } catch (error) {
      return this.refuse(messageOf(error));
    }
  }
}
