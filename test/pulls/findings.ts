import type { Sent } from './summary.ts';

/** One pull that worked. */
export interface PullCase {
  readonly network: string;
  readonly by: 'tag' | 'digest';
  readonly size: 'small' | 'big';
  readonly how: 'header' | 'address';
}

/** What a pull cost, in requests. */
export interface PullCost {
  readonly sent: Sent;
  readonly registry: number;
  readonly stores: number;
}

/** What the run has found out, for the report. */
export class Findings {
  readonly pulls: { readonly client: string; readonly pull: PullCase; readonly cost: PullCost | undefined }[] = [];

  pull(client: string, pull: PullCase, cost?: PullCost): void {
    this.pulls.push({ client, pull, cost });
  }
}
