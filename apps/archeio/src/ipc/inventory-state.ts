/** What is known of a store's inventory. Moments in milliseconds since 1970; null where there is none. */
export interface InventoryState {
  /** Why no blob is looked up in it; null where it is used. `awaited`: nothing has come of the first reading yet. */
  readonly unused: 'awaited' | 'not-loaded' | 'too-old' | null;
  /** Of the last good one, which may be too old. */
  readonly date: number | null;
  /** How many blobs that one has. */
  readonly blobs: number | null;
  /** When it was last had, or said to be the same as before. */
  readonly fetchedAt: number | null;
  /** What went wrong the last time that it was to be read; null where nothing did. */
  readonly lastError: { readonly at: number; readonly problem: string } | null;
}
