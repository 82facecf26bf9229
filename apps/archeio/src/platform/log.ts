import { formatJson } from './print.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

type Write = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Writes JSON lines, without secrets: `time` (ISO 8601), `level`, `event`, then the event's own fields. */
export interface Log extends Readonly<Record<LogLevel, Write>> {
  /** Lowest level that is logged. */
  readonly level: LogLevel;
}

const silent = (): void => undefined;

/**
 * @param write called with one whole line, including its line break
 * @param now milliseconds since 1970
 */
export function createLog(level: LogLevel, write: (line: string) => void, now: () => number): Log {
  const at = (own: LogLevel): Write =>
    LOG_LEVELS.indexOf(own) < LOG_LEVELS.indexOf(level)
      ? silent
      : (event, fields) => {
          write(
            `${formatJson({ time: new Date(now()).toISOString(), level: own, event, ...fields })}\n`,
          );
        };
  return { level, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A log that has a last line. */
export interface EndingLog extends Log {
  /** Writes the last line; later calls write nothing. */
  readonly last: Write;
}

/** The same log, until its last line. */
export function endingLog(log: Log): EndingLog {
  let ended = false;
  const until =
    (level: LogLevel): Write =>
    (event, fields) => {
      if (!ended) log[level](event, fields);
    };
  const info = until('info');
  return {
    level: log.level,
    debug: until('debug'),
    info,
    warn: until('warn'),
    error: until('error'),
    last(event, fields) {
      info(event, fields);
      ended = true;
    },
  };
}
