import type { Platform } from '@archeio/oci-distribution';

/** A platform in normalized spelling; an empty variant is the architecture's default. */
export type NormalPlatform = Required<Pick<Platform, 'os' | 'architecture' | 'variant'>>;

/** Alternative spellings of an architecture; some include the variant. */
const OTHER_ARCHITECTURES = new Map<string, readonly [architecture: string, variant?: string]>([
  ['i386', ['386', '']],
  ['x86_64', ['amd64']],
  ['x86-64', ['amd64']],
  ['aarch64', ['arm64']],
  ['armhf', ['arm', 'v7']],
  ['armel', ['arm', 'v6']],
]);

/** Default variants of architectures. */
const DEFAULT_VARIANTS = new Map([
  ['amd64', 'v1'],
  ['arm', 'v7'],
  ['arm64', 'v8'],
]);

/** `8`, `v8` and `v8.0` are the same variant. */
function variantOf(architecture: string, variant: string): string {
  if (!DEFAULT_VARIANTS.has(architecture)) return variant;
  const [, number] = /^v?(\d+(?:\.\d+)?)$/.exec(variant) ?? [];
  return number === undefined ? variant : `v${number.replace(/\.0$/, '')}`;
}

/**
 * Normalizes a platform as containerd's `platforms.Normalize` does: lower case, `x86_64` is `amd64`, `macos` is
 * `darwin`, and `arm64` is `arm64/v8`.
 */
export function normalPlatform({ os, architecture, variant = '' }: Platform): NormalPlatform {
  const [lowerOs, lowerArchitecture] = [os.toLowerCase(), architecture.toLowerCase()];
  const [plain, implied] = OTHER_ARCHITECTURES.get(lowerArchitecture) ?? [lowerArchitecture];
  const named = implied ?? variantOf(plain, variant.toLowerCase());
  return {
    os: lowerOs === 'macos' ? 'darwin' : lowerOs,
    architecture: plain,
    variant: named || (DEFAULT_VARIANTS.get(plain) ?? ''),
  };
}

/** A platform selected for mirroring. */
export interface WantedPlatform extends NormalPlatform {
  /** Whether it matches any variant. */
  readonly isAnyVariant: boolean;
}

const NAME = /^([a-z0-9]+)\/([a-z0-9_-]+)(?:\/([a-z0-9.]+))?$/i;

/**
 * Parses a name such as `linux/amd64` or `linux/arm/v7`.
 *
 * @throws RangeError if it is not the name of a platform
 */
export function parsePlatform(name: string): WantedPlatform {
  const [, os = '', architecture = '', variant = ''] = NAME.exec(name) ?? [];
  const normal = normalPlatform({ os, architecture, variant });
  // The name becomes part of a key, in which "-" separates the parts.
  if (os === '' || normal.architecture.includes('-'))
    throw new RangeError(
      `cannot read platform ${JSON.stringify(name)}: expected os/architecture or os/architecture/variant`,
    );
  const [, implied = ''] = OTHER_ARCHITECTURES.get(architecture.toLowerCase()) ?? [];
  return { ...normal, isAnyVariant: variant === '' && implied === '' };
}
