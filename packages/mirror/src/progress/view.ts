/** The display of a running operation. */
export interface View {
  /** One line, for output that cannot be redrawn. */
  line(): string;
  /** Lines for a terminal, none wider than `columns`. */
  lines(columns: number): readonly string[];
}

/** Shows a view until the returned function is called. */
export type Show = (view: View) => () => void;

/** Shows a view while some work is done. */
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

/** A view that consists of one line everywhere. */
export function lineView(line: () => string): View {
  return { line, lines: (columns) => [cut(line(), columns)] };
}

/** A text cut to a number of columns. */
export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
