/** State of a store's inventory. Times in milliseconds since 1970; null if there is none. */
export interface InventoryState {
  /** Why it is not used; null if it is. `awaited`: the first read has not finished. */
  readonly unused: 'awaited' | 'not-loaded' | 'too-old' | null;
  /** Date of the last good one, which may be too old. */
  readonly date: number | null;
  /** Number of blobs in it. */
  readonly blobs: number | null;
  /** When it was last read or found unchanged. */
  readonly fetchedAt: number | null;
  /** Error of the last read; null if there was none. */
  readonly lastError: { readonly at: number; readonly problem: string } | null;
}
