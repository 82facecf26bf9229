import type { Descriptor } from '@archeio/oci-distribution';
import { withAncestors } from './ancestors.ts';
import { isForMachine } from './platforms.ts';

interface SelectedIndex {
  /** Manifests that were chosen, as far as they are indexes or images. */
  readonly children: readonly string[];
  /** Whether something was chosen in it, apart from what further indexes hold. */
  readonly isAnythingChosen: (isIndex: (digest: string) => boolean) => boolean;
  /** The platforms that it has, for messages. */
  readonly platforms: readonly string[];
}

const nameOf = ({ platform }: Descriptor): string =>
  [platform?.os, platform?.architecture, platform?.variant]
    .filter((part) => part !== undefined)
    .join('/');

/** The indexes that were read, and which of them have nothing for the chosen platforms. */
export class SelectedIndexes {
  readonly #indexes = new Map<string, SelectedIndex>();

  /**
   * @param listed everything that the index lists
   * @param chosen what was chosen of it
   */
  add(digest: string, listed: readonly Descriptor[], chosen: readonly Descriptor[]): void {
    const machines = listed.filter((each) => isForMachine(each));
    const isForChosenMachine = chosen.some((each) => isForMachine(each));
    this.#indexes.set(digest, {
      children: chosen.map((each) => each.digest),
      isAnythingChosen: (isIndex) =>
        isForChosenMachine ||
        listed.length === 0 ||
        // Without images for machines it is a list of artifacts, each for all platforms.
        (machines.length === 0 && chosen.some((each) => !isIndex(each.digest))),
      platforms: [...new Set(machines.map((each) => nameOf(each)))],
    });
  }

  /** Indexes in which nothing was chosen, nor in any index below them, with the platforms that they have. */
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

/** Platforms of an index that a message names. */
const TOLD = 8;

/** Why an index of these platforms has nothing for those that are wanted. */
export function whyNothing(platforms: readonly string[], wanted: readonly string[]): string {
  const more = platforms.length > TOLD ? ` and ${platforms.length - TOLD} more` : '';
  const has = platforms.length === 0 ? '' : `, only for ${platforms.slice(0, TOLD).join(', ')}`;
  return `has nothing for mirror.source.platforms (${wanted.join(', ')})${has}${more}: add a platform, or exclude the tag`;
}
