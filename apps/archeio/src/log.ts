import { formatJson } from './print.ts';

/** How much is logged: everything from this level on. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Writes JSON lines, without secrets: `time` (ISO 8601), `level`, `event`, then the event's own fields. */
export interface Log {
  readonly level: LogLevel;
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

const silent = (): void => undefined;

/**
 * @param write is given one whole line, with its line end
 * @param now milliseconds since 1970
 */
export function createLog(level: LogLevel, write: (line: string) => void, now: () => number): Log {
  const at = (own: LogLevel) =>
    LOG_LEVELS.indexOf(own) < LOG_LEVELS.indexOf(level)
      ? silent
      : (event: string, fields?: Readonly<Record<string, unknown>>): void => {
          write(
            `${formatJson({ time: new Date(now()).toISOString(), level: own, event, ...fields })}\n`,
          );
        };
  return { level, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
