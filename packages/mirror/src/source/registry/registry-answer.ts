/** An answer whose headers have arrived, and the means to abort it if its body does not. */
export interface RegistryAnswer {
  readonly response: Response;
  readonly stop: () => void;
  /** Whether it came from another host, after a redirect. */
  readonly isElsewhere?: boolean;
}
