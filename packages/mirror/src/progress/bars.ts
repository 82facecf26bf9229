import { cut } from './view.ts';

const WIDEST = 30;
/** Bars narrower than this are left out. */
const NARROWEST = 8;

/** A row with a bar: a part of a total, and the same as text. */
export interface Row {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly text: string;
  /** Follows the text, or goes on the next line if there is no room. */
  readonly more?: string;
}

function bar(done: number, total: number, width: number): string {
  const filled = total === 0 ? width : Math.floor((width * Math.min(done, total)) / total);
  return `[${'█'.repeat(filled)}${'░'.repeat(width - filled)}]`;
}

/**
 * Rows below each other, with bars of equal width, followed by the names in progress. No line is wider than `columns`.
 */
export function barLines(rows: readonly Row[], names: string, columns: number): readonly string[] {
  const indent = Math.max(...rows.map(({ label }) => label.length)) + 1;
  const whole = rows.map(({ text, more }) => (more === undefined ? text : `${text}, ${more}`));
  const isWide = columns >= indent + NARROWEST + 3 + Math.max(...whole.map((text) => text.length));
  const texts = isWide ? whole : rows.map(({ text }) => text);
  const room = columns - indent - 3 - Math.max(...texts.map((text) => text.length));
  const width = Math.min(WIDEST, room);
  const lines = rows.flatMap(({ label, done, total, more }, number) => {
    const drawn = width < NARROWEST ? '' : `${bar(done, total, width)} `;
    const below = isWide || more === undefined ? [] : [more];
    return [
      `${label.padEnd(indent)}${drawn}${texts[number]}`,
      ...below.map((text) => ' '.repeat(indent) + text),
    ];
  });
  const last = names === '' ? [] : [' '.repeat(indent) + names];
  return [...lines, ...last].map((line) => cut(line, columns));
}
