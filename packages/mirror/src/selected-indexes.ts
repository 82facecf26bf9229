import type { Descriptor } from '@archeio/oci-distribution';
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
    const parents = new Map<string, string[]>();
    const open: string[] = [];
    for (const [digest, { children, isAnythingChosen }] of this.#indexes) {
      for (const child of children) {
        const known = parents.get(child);
        if (known === undefined) parents.set(child, [digest]);
        else known.push(digest);
      }
      if (isAnythingChosen((each) => this.#indexes.has(each))) open.push(digest);
    }
    const selected = new Set<string>();
    for (let digest = open.pop(); digest !== undefined; digest = open.pop()) {
      if (selected.has(digest)) continue;
      selected.add(digest);
      open.push(...(parents.get(digest) ?? []));
    }
    const rest = [...this.#indexes].filter(([digest]) => !selected.has(digest));
    return new Map(rest.map(([digest, { platforms }]) => [digest, platforms]));
  }
}
