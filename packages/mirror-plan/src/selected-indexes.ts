import type { Descriptor } from '@archeio/oci-distribution';
import { withAncestors } from './ancestors.ts';
import { isForMachine } from './platforms.ts';

interface SelectedIndex {
  /** Selected manifests, as far as they are indexes or images. */
  readonly children: readonly string[];
  /** Whether anything was selected in it, not counting nested indexes. */
  readonly isAnythingChosen: (isIndex: (digest: string) => boolean) => boolean;
  /** The platforms that it has, for messages. */
  readonly platforms: readonly string[];
}

const nameOf = ({ platform }: Descriptor): string =>
  [platform?.os, platform?.architecture, platform?.variant]
    .filter((part) => part !== undefined)
    .join('/');

/** The indexes that were read, and which of them have none of the selected platforms. */
export class SelectedIndexes {
  readonly #indexes = new Map<string, SelectedIndex>();

  /**
   * @param listed all entries of the index
   * @param chosen the selected entries
   */
  add(digest: string, listed: readonly Descriptor[], chosen: readonly Descriptor[]): void {
    const machines = listed.filter((each) => isForMachine(each));
    const isForChosenMachine = chosen.some((each) => isForMachine(each));
    this.#indexes.set(digest, {
      children: chosen.map((each) => each.digest),
      isAnythingChosen: (isIndex) =>
        isForChosenMachine ||
        listed.length === 0 ||
        // Without platform images it is a list of artifacts, each for all platforms.
        (machines.length === 0 && chosen.some((each) => !isIndex(each.digest))),
      platforms: [...new Set(machines.map((each) => nameOf(each)))],
    });
  }

  /** Indexes in which nothing was selected, including nested ones, with the platforms that they have. */
  withoutChosen(): ReadonlyMap<string, readonly string[]> {
    const isIndex = (digest: string): boolean => this.#indexes.has(digest);
    const edges = new Map([...this.#indexes].map(([digest, { children }]) => [digest, children]));
    const chosen = [...this.#indexes].filter(([, index]) => index.isAnythingChosen(isIndex));
    const selected = withAncestors(
      edges,
      chosen.map(([digest]) => digest),
    );
    const rest = [...this.#indexes].filter(([digest]) => !selected.has(digest));
    return new Map(rest.map(([digest, { platforms }]) => [digest, platforms]));
  }
}

/** Maximum number of platforms in a message. */
const SHOWN = 8;

/** Why an index with these platforms has none of the wanted ones. */
export function whyNothing(platforms: readonly string[], wanted: readonly string[]): string {
  const more = platforms.length > SHOWN ? ` and ${platforms.length - SHOWN} more` : '';
  const has = platforms.length === 0 ? '' : `, only for ${platforms.slice(0, SHOWN).join(', ')}`;
  return `has nothing for mirror.source.platforms (${wanted.join(', ')})${has}${more}: add a platform, or exclude the tag`;
}
