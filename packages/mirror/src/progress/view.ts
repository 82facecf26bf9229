/** Something that goes on, as it is shown while it does. */
export interface View {
  /** One line, for where nothing can be drawn over. */
  line(): string;
  /** For a terminal: lines of which none is wider than so many columns. */
  lines(columns: number): readonly string[];
}

/** Shows it until the returned function is called. */
export type Show = (view: View) => () => void;

/** Shows it while the work is done. */
export async function showWhile<Result>(
  show: Show,
  view: View,
  work: () => Promise<Result>,
): Promise<Result> {
  const end = show(view);
  try {
    return await work();
  } finally {
    end();
  }
}

/** A view that is the same line everywhere. */
export function lineView(line: () => string): View {
  return { line, lines: (columns) => [cut(line(), columns)] };
}

/** As much of a text as fits. */
export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
