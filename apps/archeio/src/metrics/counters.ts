import { LabelledRows } from './labelled-rows.ts';

/** The counters of one family. */
export class Counters extends LabelledRows<number> {
  constructor() {
    super(1, ([value]) => value);
  }
}
