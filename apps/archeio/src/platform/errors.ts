import { constants } from 'node:os';
import {
  ConfigurationError,
  EnvironmentError,
  problemJson,
} from '@archeio/configuration/command-line';
import { failureLine, isSystemError, StatedError } from '@archeio/plain-errors';

/** Every code of an error, stable for programs: the exit code of a command that ends with it, and what it means. */
export const ERRORS = {
  usage: [2, 'the command line is wrong, or the configuration lacks what the command needs'],
  'environment-invalid': [2, 'an environment variable has a value that cannot be used'],
  'configuration-location': [2, '`--config` or FILE cannot name a configuration'],
  'configuration-unreadable': [2, 'the configuration file cannot be read'],
  'configuration-unreachable': [1, 'the URL of the configuration does not answer with one'],
  'configuration-invalid': [1, 'the configuration has errors, listed in `problems`'],
  'certificate-unusable': [1, 'the files of `tls` cannot be used'],
  'port-unavailable': [1, '`serve` cannot listen on its host and port'],
  failed: [1, 'anything else that did not work'],
  incomplete: [1, 'part of the work did not succeed; the output says which'],
  interrupted: [128, 'a signal ended the command; its number is added to the exit code'],
  internal: [1, 'a fault in Archeio: please report it'],
} as const;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorDetails extends ErrorOptions {
  /** What has been printed already: the output of `--json`, or that and the message. */
  readonly printed?: 'json' | 'all';
  /** The command that was used wrongly, if it is not the one that runs: `archeio mirror`. */
  readonly command?: string;
  /** The signal that ended the command; the process ends by the same one. */
  readonly signal?: NodeJS.Signals;
  /** What `--json` prints next to the message and the code. */
  readonly json?: object;
}

/** Ends a command; the message is for its user. */
export class ArcheioError extends StatedError {
  override readonly name = 'ArcheioError';
  readonly code: ErrorCode;
  readonly exitCode: number;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details);
    const { signal } = details;
    this.code = code;
    this.exitCode = ERRORS[code][0] + (signal === undefined ? 0 : constants.signals[signal]);
    this.details = details;
  }
}

/** Any error as the one that ends a command. What does not state its reason is our mistake, and the `cause` is its stack. */
export function archeioErrorOf(cause: unknown): ArcheioError {
  if (cause instanceof ArcheioError) return cause;
  if (cause instanceof ConfigurationError)
    return new ArcheioError('configuration-invalid', cause.message, {
      cause,
      json: { problems: cause.problems.map(problemJson) },
    });
  if (cause instanceof EnvironmentError)
    return new ArcheioError('environment-invalid', cause.message, { cause });
  if (cause instanceof StatedError || isSystemError(cause))
    return new ArcheioError('failed', failureLine(cause), { cause });
  return new ArcheioError('internal', 'internal error, please report it', { cause });
}
