/** Where the configuration in use came from, and what came of the last attempt to load another. Milliseconds since 1970. */
export interface ConfigurationInUse {
  /** A file, a URL, or the name of a preset. */
  readonly location: string;
  loadedAt: number;
  lastReload: {
    readonly at: number;
    readonly successful: boolean;
    /** Why the new configuration was kept out; empty where it was not. */
    readonly problems: readonly string[];
  } | null;
}
