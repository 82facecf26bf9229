import type { Descriptor, Platform } from '@archeio/oci-distribution';
import { normalPlatform, parsePlatform } from './platform-name.ts';

/** Which of an index's manifests a mirror follows. */
export interface Platforms {
  /** Their names as they were written; none for all of them. */
  readonly names: readonly string[];
  /** What stands in the name of a record that holds for these platforms alone; empty for all of them. */
  readonly suffix: string;
  /** Of an index's manifests those that are wanted, in their order. */
  choose(manifests: readonly Descriptor[]): readonly Descriptor[];
}

/** Attestations of a build name the manifest that they are about. */
const ABOUT = 'vnd.docker.reference.digest';

export const ALL_PLATFORMS: Platforms = Object.freeze({
  names: Object.freeze([]),
  suffix: '',
  choose: (manifests: readonly Descriptor[]) => manifests,
});

/** Whether a descriptor says for which machines it is. Attestations are for `unknown/unknown`. */
export function isForMachine({ platform }: Descriptor): boolean {
  return platform !== undefined && platform.os !== 'unknown' && platform.architecture !== 'unknown';
}

/**
 * Platforms by name, such as `linux/amd64` (of any variant) or `linux/arm/v7`, compared as containerd compares them. What
 * is for no machine is always wanted. Attestations are wanted where what they are about is.
 *
 * @throws RangeError if a name cannot be read
 */
export function somePlatforms(names: readonly string[]): Platforms {
  const wanted = names.map((name) => parsePlatform(name));
  const fits = (platform: Platform): boolean => {
    const { os, architecture, variant } = normalPlatform(platform);
    return wanted.some(
      (each) =>
        each.os === os &&
        each.architecture === architecture &&
        (each.isAnyVariant || each.variant === variant),
    );
  };
  const isWanted = (each: Descriptor): boolean =>
    isForMachine(each)
      ? each.platform !== undefined && fits(each.platform)
      : each.annotations?.[ABOUT] === undefined;
  const suffixes = wanted.map(
    ({ os, architecture, variant, isAnyVariant }) =>
      `+${os}-${architecture}${isAnyVariant || variant === '' ? '' : `-${variant}`}`,
  );
  return {
    names,
    suffix: [...new Set(suffixes)].toSorted().join(''),
    choose(manifests) {
      const chosen = new Set(manifests.filter(isWanted).map(({ digest }) => digest));
      return manifests.filter(
        ({ digest, annotations }) => chosen.has(digest) || chosen.has(annotations?.[ABOUT] ?? ''),
      );
    },
  };
}
