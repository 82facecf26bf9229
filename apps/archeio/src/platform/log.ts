import { formatJson } from './print.ts';

/** Lowest level that is logged. */
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
 * @param write called with one whole line, including its line break
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

/** A log that has a last line. */
export interface EndingLog extends Log {
  /** Writes the last line; later calls write nothing. */
  last(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The same log, until its last line. */
export function endingLog(log: Log): EndingLog {
  let ended = false;
  const until =
    (write: Log['info']): Log['info'] =>
    (event, fields) => {
      if (!ended) write(event, fields);
    };
  return {
    level: log.level,
    debug: until((event, fields) => log.debug(event, fields)),
    info: until((event, fields) => log.info(event, fields)),
    warn: until((event, fields) => log.warn(event, fields)),
    error: until((event, fields) => log.error(event, fields)),
    last(event, fields) {
      if (!ended) log.info(event, fields);
      ended = true;
    },
  };
}
