import type { ReadingOptions } from '../contents.ts';
import { ALL_PLATFORMS } from '../platforms.ts';
import type { ListedTag, ManifestSource, ReadManifest, Referrers, ResolvedTag } from '../source.ts';

export const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
export const INDEX = 'application/vnd.oci.image.index.v1+json';

export const described = (digit: string, more: object = {}): object => ({
  mediaType: '',
  digest: digestOf(digit),
  size: 5,
  ...more,
});
export const image = (...digits: string[]): object => ({
  layers: digits.map((each) => described(each)),
});
export const index = (...manifests: object[]): object => ({ manifests });
export const on = (digit: string, architecture: string, variant?: string): object =>
  described(digit, { platform: { os: 'linux', architecture, variant } });

/** The error for a missing manifest. */
export class Gone extends Error {}

/**
 * A registry whose tags can name digests that differ from its manifests, and whose listings can name missing manifests.
 */
export class ScriptedRegistry implements ManifestSource {
  readonly asked: string[] = [];
  readonly manifests: Readonly<Record<string, object>>;
  /** The answer to HEAD, by tag. */
  readonly heads: Record<string, string> = {};
  /** The answer to GET, by tag. */
  readonly tagged: Record<string, string> = {};
  listed: ListedTag[] = [];
  refers: Record<string, readonly string[]> = {};
  refused: string | undefined;

  constructor(manifests: Readonly<Record<string, object>>, tags: Readonly<Record<string, string>>) {
    this.manifests = manifests;
    for (const [tag, digit] of Object.entries(tags)) {
      this.heads[tag] = digit;
      this.tagged[tag] = digit;
      this.listed.push({ tag });
    }
  }

  async tags(): Promise<readonly ListedTag[]> {
    return this.listed;
  }

  async resolve(_: string, tag: string): Promise<ResolvedTag> {
    return { digest: digestOf(this.heads[tag]) };
  }

  async manifest(_: string, digest: string): Promise<ReadManifest> {
    const digit = digest.at(-1) ?? '';
    this.asked.push(digit);
    const manifest = this.manifests[digit];
    if (manifest === undefined) throw new Gone(`${digit} is missing`);
    const text = JSON.stringify(manifest);
    return { digest, text, bytes: new TextEncoder().encode(text), contentType: '' };
  }

  async taggedManifest(repository: string, tag: string): Promise<ReadManifest> {
    this.asked.push(tag);
    return this.manifest(repository, digestOf(this.tagged[tag]));
  }

  async referrers(_: string, digest: string): Promise<Referrers> {
    const found = (this.refers[digest.at(-1) ?? ''] ?? []).map((digit) => ({
      mediaType: '',
      digest: digestOf(digit),
      size: 1,
    }));
    return { found, ...(this.refused !== undefined && { refused: this.refused }) };
  }
}

export const OPTIONS: ReadingOptions = {
  source: 's',
  chooseTags: (listed) => listed.filter(({ tag }) => !tag.startsWith('sha256-')),
  platforms: ALL_PLATFORMS,
  isImmutable: () => false,
  isRecorded: () => false,
  isGone: (error) => error instanceof Gone,
  referrers: false,
  concurrency: 4,
};
