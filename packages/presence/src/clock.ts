/** Time, handed in: the package reads no global clock and sets no timer of its own. */
export interface Clock {
  /** Milliseconds since any fixed moment; never goes back. */
  now(): number;
  /** Calls back once after so many milliseconds. The returned function cancels; calling it later does nothing. */
  after(milliseconds: number, callback: () => void): () => void;
}
