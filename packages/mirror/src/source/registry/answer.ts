/** An answer whose headers have come, and what ends it should its body stay away. */
export interface Answer {
  readonly response: Response;
  readonly stop: () => void;
  /** Whether another host gave it, which the registry led us to. */
  readonly isElsewhere?: boolean;
}
