import type { ConfigurationFlags } from '../configuration/load-configuration.ts';

/** Options of every command that prints something. */
export interface CommandOptions extends ConfigurationFlags {
  readonly json?: boolean;
}
