import type { Problem } from '@archeio/configuration';

/** Source of the configuration in use, and the result of the last reload. Milliseconds since 1970. */
export interface ConfigurationInUse {
  /** A file, a URL, or the name of a preset. */
  readonly location: string;
  loadedAt: number;
  lastReload: {
    readonly at: number;
    readonly successful: boolean;
    /** Why the new configuration was refused; empty if it was not. */
    readonly problems: readonly Problem[];
  } | null;
  /** Sections that are read only at the start, and that differ since. */
  restartNeeded: readonly string[];
}
