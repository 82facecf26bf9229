/** Time as a parameter: the package reads no global clock and sets no timers of its own. */
export interface Clock {
  /** Milliseconds since any fixed moment; never decreases. */
  now(): number;
  /** Calls back once after some milliseconds. The returned function cancels; calling it later does nothing. */
  after(milliseconds: number, callback: () => void): () => void;
}
