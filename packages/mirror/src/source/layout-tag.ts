import { isTag } from '@archeio/oci-distribution';

/** Annotations that name an image in a layout, by precedence; the second is containerd's. */
const NAMES: readonly string[] = ['org.opencontainers.image.ref.name', 'io.containerd.image.name'];

/** The tag in a full image name: what follows the last colon, unless that is a port. */
const TAG_OF_NAME = /^.+:([^:/]+)$/;

/**
 * The tag of an image in a layout, from its annotations. Podman and containerd write the full image name, such as
 * `docker.io/library/app:v1`, while skopeo writes the tag (OCI image-spec 1.1, annotations.md, allows both).
 *
 * @returns undefined if the image has no tag
 */
export function layoutTag(annotations: Readonly<Record<string, string>>): string | undefined {
  for (const key of NAMES) {
    const name = annotations[key] ?? '';
    if (isTag(name)) return name;
    const [withoutDigest = ''] = name.split('@', 1);
    const [, tag = ''] = TAG_OF_NAME.exec(withoutDigest) ?? [];
    if (isTag(tag)) return tag;
  }
  return undefined;
}
