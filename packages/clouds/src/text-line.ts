import { makePrefix, parsePrefix, tryParseAddr, type Prefix } from '@archeio/netip';
import { messageOf } from './json-node.ts';

/** A provider's text file, and its name for error messages. */
export interface PublishedText {
  readonly text: string;
  readonly name: string;
}

/** A line of a text file with its number, for error messages. */
export class TextLine {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  /** Without space around it. */
  readonly text: string;

  private constructor(file: string, number: number, text: string) {
    this.file = file;
    this.number = number;
    this.text = text;
  }

  /**
   * All lines except empty ones and comments, which begin with `#`.
   * @throws SyntaxError if there are none
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

  /** Throws a SyntaxError that names this line. */
  refuse(reason: string): never {
    throw new SyntaxError(`cannot read ${this.file}: line ${this.number}: ${reason}`);
  }

  /** Reads `text`, a part of the line, as a prefix; an address alone has its whole length (RFC 8805 §2.1.1.1). */
  prefix(text: string): Prefix {
    const addr = tryParseAddr(text);
    if (addr !== undefined) return makePrefix(addr, addr.family === 4 ? 32 : 128);
    try {
      return parsePrefix(text);
    } catch (error) {
      return this.refuse(messageOf(error));
    }
  }
}
