/** Decision events of one worker, for the supervisor to write. */
export interface EventBatch {
  /** Lines of JSON, each with its line break. */
  readonly lines: string;
  /** Number of lines. */
  readonly events: number;
  /** Number of events that this worker has dropped since its last batch. */
  readonly dropped: number;
}
