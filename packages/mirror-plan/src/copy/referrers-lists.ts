import { MANIFEST_MEDIA_TYPES } from '@archeio/oci-distribution';
import { addTo } from '../add-to.ts';
import type { ManifestFacts } from '../manifest-facts.ts';

const [OCI_INDEX] = MANIFEST_MEDIA_TYPES;
/** Media type of a list of referrers. */
export const REFERRERS_MEDIA_TYPE: string = OCI_INDEX;

/**
 * The lists of referrers among some manifests, by their subjects: an OCI index each, as the referrers API answers it.
 * The same manifests give the same texts.
 *
 * OCI distribution-spec 1.1, "Listing Referrers".
 */
export function referrersLists(
  manifests: ReadonlyMap<string, ManifestFacts>,
): ReadonlyMap<string, string> {
  const bySubject = new Map<string, object[]>();
  for (const [digest, facts] of [...manifests].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (facts.referrer === undefined) continue;
    const { mediaType, size, referrer } = facts;
    const { subject, artifactType, annotations } = referrer;
    const descriptor = {
      mediaType,
      digest,
      size,
      ...(artifactType !== undefined && { artifactType }),
      ...(annotations !== undefined && { annotations }),
    };
    addTo(bySubject, subject, descriptor);
  }
  return new Map(
    [...bySubject].map(([subject, descriptors]) => [
      subject,
      JSON.stringify({
        schemaVersion: 2,
        mediaType: REFERRERS_MEDIA_TYPE,
        manifests: descriptors,
      }),
    ]),
  );
}
