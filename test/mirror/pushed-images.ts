import { join } from 'node:path';
import { mustClean } from '../parts/clean-command.ts';
import { type Descriptor, type OciImage, writeOciImage } from '../parts/oci-image.ts';

export const MIB = 1024 * 1024;

export interface PushedImage {
  readonly repository: string;
  readonly image: OciImage;
}

/** Builds an image and pushes it; images with the same tag are equal in all repositories. */
export async function pushImage(
  host: string,
  folder: string,
  repository: string,
  tag: string,
  bigLayer = 0,
  credentials: readonly string[] = [],
): Promise<PushedImage> {
  const image = writeOciImage(join(folder, 'images', repository, tag), tag, bigLayer);
  const copy = ['skopeo', 'copy', '--all', '--quiet', '--dest-tls-verify=false', ...credentials];
  const to = `docker://${host}/${repository}:${tag}`;
  await mustClean([...copy, `oci:${image.layout}:${tag}`, to], { folder });
  return { repository, image };
}

/** The blobs of images, each once. */
export function blobsOf(images: readonly PushedImage[]): readonly Descriptor[] {
  const blobs = images.flatMap(({ image }) => image.blobs);
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** Digests of everything that gets a record: indexes and images. */
export function manifestsOf(images: readonly PushedImage[]): readonly string[] {
  return [
    ...new Set(
      images.flatMap(({ image }) => [
        image.index.digest,
        ...image.manifests.map(({ digest }) => digest),
      ]),
    ),
  ];
}
