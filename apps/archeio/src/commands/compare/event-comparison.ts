import type { CloudRanges } from '@archeio/clouds';
import type { Configuration } from '@archeio/configuration';
import { type Comparison, comparisonOf } from './comparison.ts';
import { NewPlaces } from './new-places.ts';
import { PlaceTable } from './place-table.ts';
import type { RecordCounts } from './read-events.ts';
import type { Recorded } from './recorded.ts';
import { Replay } from './replay.ts';
import { BackendNumbers, ReplayedConfiguration } from './replayed-configuration.ts';
import { Totals } from './totals.ts';

/** A configuration, and the published ranges that it would be served with. */
export interface ComparedConfiguration {
  readonly configuration: Configuration;
  readonly ranges: CloudRanges;
}

/** Compares two configurations by recorded requests, one after the other. */
export class EventComparison {
  readonly #replay: Replay;
  readonly #totals: Totals;
  readonly #newHosts: readonly string[];

  constructor(before: ComparedConfiguration, after: ComparedConfiguration) {
    const places = new PlaceTable([before, after].flatMap(placesOf));
    const numbers = new BackendNumbers();
    const compiled = ({ configuration }: ComparedConfiguration): ReplayedConfiguration =>
      new ReplayedConfiguration(configuration, places.places, numbers);
    const [old, next] = [compiled(before), compiled(after)];
    const newPlaces = new NewPlaces(
      before.configuration,
      after.configuration,
      next.configuration.networks,
      after.ranges,
      places,
    );
    this.#replay = new Replay({ old, next, places, newPlaces, backends: numbers.count });
    this.#totals = new Totals(places.places);
    const oldHosts = new Set(old.hosts.hosts);
    this.#newHosts = next.hosts.hosts.filter((host) => !oldHosts.has(host));
  }

  add(recorded: Recorded): void {
    const result = this.#replay.run(recorded);
    this.#totals.add(recorded, result, this.#replay.sawUnhealthy);
  }

  /** The result so far. */
  result(lines: RecordCounts): Comparison {
    return comparisonOf(this.#totals, lines, this.#newHosts);
  }
}

/** The places of clients: published ones, then the networks. */
function placesOf({ configuration, ranges }: ComparedConfiguration): PlaceTable['places'] {
  const networks = Object.keys(configuration.networks).map((cloud) => ({ cloud, region: '' }));
  return [...ranges.places, ...networks];
}
