import { cut } from './view.ts';

const WIDEST = 30;
/** A shorter bar says less than the room it takes. */
const NARROWEST = 8;

/** A row with a bar: how much of how much, and the same in words. */
export interface Row {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly text: string;
  /** Follows the text, or stands below it where there is no room. */
  readonly more?: string;
}

function bar(done: number, total: number, width: number): string {
  const filled = total === 0 ? width : Math.floor((width * Math.min(done, total)) / total);
  return `[${'█'.repeat(filled)}${'░'.repeat(width - filled)}]`;
}

/** Rows below each other, all bars of one width, and under them what is being worked on. No line is wider than that. */
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
