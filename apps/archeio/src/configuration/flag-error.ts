import { StatedError } from '@archeio/plain-errors';

/** `--config`, or the argument instead of it, was used wrongly. */
export class ConfigurationFlagError extends StatedError {
  override readonly name = 'ConfigurationFlagError';
}
