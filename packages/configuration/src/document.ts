import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import { LARGEST_CONTENT, TOO_LARGE } from './largest-content.ts';
import { Marks } from './marks.ts';
import { isNestedTooDeeply } from './nesting.ts';
import { NodeReader } from './node-reader.ts';
import { ConfigurationError, type Problem } from './problem.ts';

/** The parser recurses as deep as the text nests, so deep nesting would overflow the stack. */
const NESTED = 'cannot read the file: its lists and maps are nested too deeply';

/** Maximum number of syntax errors that are listed: a file that is not YAML has one in each line. */
const MOST_LISTED = 20;

/** What the parser reports, in a message. */
function messageOf({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here: expected only one';
  return /call stack/i.test(message) ? NESTED : `cannot read YAML or JSON: ${message}`;
}

/**
 * Reads YAML 1.2, of which JSON is a part.
 *
 * @param name the file name that problems begin with
 * @param kind whether it is a user's file or the built-in preset
 * @returns the configuration as written, with the origin of each part
 * @throws ConfigurationError with the first {@link MOST_LISTED} syntax errors, or with every duplicate key
 */
export function readDocument(
  text: string,
  name: string,
  kind: 'file' | 'preset' = 'file',
): { readonly name: string; readonly source: unknown; readonly marks: Marks } {
  const lines = new LineCounter();
  const problemAt = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    const place = { file: name, line: Math.max(line, 1), column: Math.max(col, 1), key: '' };
    return { ...place, message, severity: 'error' };
  };
  const refusal = (message: string, offset = 0): ConfigurationError =>
    new ConfigurationError([problemAt(offset, message)]);
  if (text.length > LARGEST_CONTENT) throw refusal(TOO_LARGE);
  if (isNestedTooDeeply(text)) throw refusal(NESTED);
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: false,
  });
  const { errors } = document;
  if (errors.length > 0) {
    const listed = errors
      .slice(0, MOST_LISTED)
      .map((error) => problemAt(error.pos[0], messageOf(error)));
    const next = errors[MOST_LISTED];
    if (next !== undefined) {
      const more = errors.length - MOST_LISTED;
      listed.push(
        problemAt(
          next.pos[0],
          `${more} more syntax ${more === 1 ? 'error' : 'errors'} from here on`,
        ),
      );
    }
    throw new ConfigurationError(listed);
  }
  const marks = new Marks();
  const reader = new NodeReader({ document, lines, file: name, kind, marks });
  const source = reader.read();
  if (reader.problems.length > 0) throw new ConfigurationError(reader.problems);
  if (source === null) throw refusal('the configuration is empty: expected at least "version: 1"');
  if (typeof source !== 'object') {
    const said = JSON.stringify(source) ?? typeof source;
    throw refusal(
      `cannot read ${said.length > 80 ? `${said.slice(0, 77)}…"` : said}: expected a map with at least "version: 1"`,
      document.contents?.range[0],
    );
  }
  return { name, source, marks };
}
