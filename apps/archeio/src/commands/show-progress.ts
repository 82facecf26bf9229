import { createLogUpdate } from 'log-update';
import type { Environment } from '@archeio/configuration';
import type { Show } from '@archeio/mirror';

/** The display of a running operation. */
export type View = Parameters<Show>[0];

const REDRAWN_EVERY = 200;
const LINE_EVERY = 10_000;
/** Width of a terminal that does not report it. */
const COLUMNS = 80;

/** Shows progress: on a terminal, lines that are redrawn and removed at the end; elsewhere a line every ten seconds. */
export function showOn(output: NodeJS.WriteStream, environment: Environment): Show {
  if (!output.isTTY || environment['TERM'] === 'dumb')
    return (view) => {
      const timer = setInterval(() => output.write(`${view.line()}\n`), LINE_EVERY);
      return () => clearInterval(timer);
    };
  return (view) => {
    const draw = createLogUpdate(output);
    // A terminal wraps when the last column is filled.
    const redraw = (): void => draw(view.lines((output.columns || COLUMNS) - 1).join('\n'));
    const timer = setInterval(redraw, REDRAWN_EVERY);
    return () => {
      clearInterval(timer);
      draw.clear();
      draw.done();
    };
  };
}
