import { count } from './amounts.ts';
import { barLines } from './bars.ts';
import { NamesInProgress } from './names-in-progress.ts';
import type { View } from './view.ts';

/** Progress of reading the source. */
export class Reading {
  readonly current = new NamesInProgress();
  manifests = 0;
  repositories = 0;
  readonly repositoriesTotal: number;

  constructor(repositories: number) {
    this.repositoriesTotal = repositories;
  }
}

/** Shows the source being read: repositories and manifests. */
export function readingView(reading: Reading): View {
  const text = (): string =>
    `${reading.repositories}/${reading.repositoriesTotal} repositories, ${count(reading.manifests, 'manifest')}`;
  return {
    line() {
      const names = reading.current.toString();
      return `reading the source: ${text()}${names === '' ? '' : `, ${names}`}`;
    },
    lines(columns) {
      const { repositories, repositoriesTotal, current } = reading;
      return barLines(
        [{ label: 'reading', done: repositories, total: repositoriesTotal, text: text() }],
        current.toString(),
        columns,
      );
    },
  };
}
