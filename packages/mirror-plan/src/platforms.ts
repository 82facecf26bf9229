import type { Descriptor, Platform } from '@archeio/oci-distribution';
import { normalPlatform, parsePlatform } from './platform-name.ts';

/** Selects the manifests of an index that a mirror follows. */
export interface Platforms {
  /** Names as they were configured; empty for all platforms. */
  readonly names: readonly string[];
  /** Suffix of records that hold for these platforms only; empty for all platforms. */
  readonly suffix: string;
  /** The selected manifests of an index, in order. */
  choose(manifests: readonly Descriptor[]): readonly Descriptor[];
}

/** Build attestations name their subject with this annotation. */
const ABOUT = 'vnd.docker.reference.digest';

export const ALL_PLATFORMS: Platforms = Object.freeze({
  names: Object.freeze([]),
  suffix: '',
  choose: (manifests: readonly Descriptor[]) => manifests,
});

/** Whether a descriptor names a platform. Attestations have `unknown/unknown`. */
export function isForMachine({ platform }: Descriptor): boolean {
  return platform !== undefined && platform.os !== 'unknown' && platform.architecture !== 'unknown';
}

/**
 * Platforms by name, such as `linux/amd64` (any variant) or `linux/arm/v7`, compared as containerd does. Entries
 * without a platform are always selected; attestations are selected if their subject is.
 *
 * @throws RangeError if a name is invalid
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
