import fc from 'fast-check';
import type { Contents } from '../../contents.ts';
import type { ManifestFacts } from '../../manifest-facts.ts';

/** Manifests that need only earlier ones, as digests require. */
export const randomManifests = fc
  .array(
    fc.record({
      entries: fc.array(fc.nat(), { maxLength: 3 }),
      subject: fc.option(fc.nat(), { nil: undefined, freq: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) => {
    const manifests = new Map<string, ManifestFacts>();
    for (const [at, { entries, subject }] of all.entries()) {
      const earlier = (number: number): string => `sha256:${number % at}`;
      manifests.set(`sha256:${at}`, {
        mediaType: 'm',
        size: at + 10,
        entries: at === 0 ? [] : [...new Set(entries.map((each) => earlier(each)))],
        ...(subject !== undefined && at > 0 && { referrer: { subject: earlier(subject) } }),
      });
    }
    return manifests;
  });

/** The contents of a repository with these manifests, each with one blob, and these tags. */
export function contentsOf(
  manifests: ReadonlyMap<string, ManifestFacts>,
  tags: ReadonlyMap<string, string>,
  problems: Contents['problems'] = [],
): Contents {
  return {
    repository: 'r',
    tags: tags.size,
    passed: 0,
    manifests: [...manifests.keys()].map((digest) => ({
      repository: 'r',
      digest,
      record: digest,
      children: [],
      blobs: [{ digest: `blob of ${digest}`, size: 1 }],
    })),
    facts: manifests,
    roots: [...tags].map(([tag, digest]) => ({ tag, digest })),
    tagRecords: [],
    foreign: [],
    problems,
    notes: [],
  };
}
