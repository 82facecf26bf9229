import type { Descriptor } from '@archeio/oci-distribution';

/** Which of an index's manifests a mirror follows. */
export interface Platforms {
  /** What stands in the name of a record that holds for these platforms alone; empty for all of them. */
  readonly suffix: string;
  /** Of an index's manifests those that are wanted, in their order. */
  choose(manifests: readonly Descriptor[]): readonly Descriptor[];
}

const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/;

/** Attestations of a build name the manifest that they are about. */
const ABOUT = 'vnd.docker.reference.digest';

export const ALL_PLATFORMS: Platforms = Object.freeze({
  suffix: '',
  choose: (manifests: readonly Descriptor[]) => manifests,
});

/**
 * Platforms by name, such as `linux/amd64` (of any variant) or `linux/arm/v7`. What has no platform is always wanted:
 * it is no image for a machine. Attestations are wanted where what they are about is.
 *
 * @throws RangeError where a name is none
 */
export function somePlatforms(names: readonly string[]): Platforms {
  for (const name of names) {
    if (!PLATFORM.test(name))
      throw new RangeError(
        `cannot read platform ${JSON.stringify(name)}: expected os/architecture or os/architecture/variant`,
      );
  }
  const wanted = new Set(names);
  const isWanted = ({ platform }: Descriptor): boolean =>
    platform === undefined ||
    wanted.has(`${platform.os}/${platform.architecture}`) ||
    wanted.has(`${platform.os}/${platform.architecture}/${platform.variant ?? ''}`);
  return {
    suffix: [...wanted]
      .toSorted()
      .map((name) => `+${name.replaceAll('/', '-')}`)
      .join(''),
    choose(manifests) {
      const chosen = new Set(manifests.filter(isWanted).map(({ digest }) => digest));
      return manifests.filter(
        ({ digest, annotations }) => chosen.has(digest) || chosen.has(annotations?.[ABOUT] ?? ''),
      );
    },
  };
}
