import { type Document, LineCounter, parseDocument } from 'yaml';
import { LARGEST_CONTENT, TOO_LARGE } from './largest-content.ts';
import { Marks } from './marks.ts';
import { isNestedTooDeeply } from './nesting.ts';
import { NodeReader } from './node-reader.ts';
import { ConfigurationError, type Problem } from './problem.ts';

/** A configuration as written, with the position of each part. */
export interface ConfigurationDocument {
  /** Name of the file or of another origin. */
  readonly name: string;
  readonly source: unknown;
  readonly marks: Marks;
}

/** The parser recurses as deep as the text nests, so deep nesting would overflow the stack. */
const NESTED = 'cannot read the file: its lists and maps are nested too deeply';

function parse(text: string, lines: LineCounter): Document.Parsed | undefined {
  if (isNestedTooDeeply(text)) return undefined;
  return parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: false,
  });
}

/**
 * Reads YAML 1.2, of which JSON is a part.
 *
 * @param name the file name that problems begin with
 * @param kind whether it is a user's file or the built-in preset
 * @throws ConfigurationError with every syntax error and every duplicate key
 */
export function readDocument(
  text: string,
  name: string,
  kind: 'file' | 'preset' = 'file',
): ConfigurationDocument {
  const whole = (message: string): ConfigurationError =>
    new ConfigurationError([
      { file: name, line: 1, column: 1, key: '', message, severity: 'error' },
    ]);
  if (text.length > LARGEST_CONTENT) throw whole(TOO_LARGE);
  const lines = new LineCounter();
  const parsed = parse(text, lines);
  if (parsed === undefined) throw whole(NESTED);
  const problems: Problem[] = parsed.errors.map(({ code, message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    const said =
      code === 'MULTIPLE_DOCS'
        ? 'a second document begins here: expected only one'
        : /call stack/i.test(message)
          ? NESTED
          : `cannot read YAML or JSON: ${message}`;
    return { file: name, line, column: col, key: '', message: said, severity: 'error' };
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  const marks = new Marks();
  const reader = new NodeReader({ document: parsed, lines, file: name, kind, marks });
  const source = reader.read();
  if (reader.problems.length > 0) throw new ConfigurationError(reader.problems);
  if (source === null) throw whole('the configuration is empty: expected at least "version: 1"');
  if (typeof source !== 'object') {
    const { line, col } = lines.linePos(parsed.contents?.range[0] ?? 0);
    const said = JSON.stringify(source) ?? typeof source;
    const message = `cannot read ${said.length > 80 ? `${said.slice(0, 77)}…"` : said}: expected a map with at least "version: 1"`;
    const place = { file: name, line: Math.max(line, 1), column: Math.max(col, 1), key: '' };
    throw new ConfigurationError([{ ...place, message, severity: 'error' }]);
  }
  return { name, source, marks };
}
