import { createCipheriv, createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tarArchive } from '../../apps/archeio/src/demo/tar-archive.ts';

/** A content-addressed piece of an image. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** The image of one architecture. */
export interface Platform {
  readonly architecture: string;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** An image on disk in the OCI image layout, and its contents. */
export interface OciImage {
  /** The folder of the layout. */
  readonly layout: string;
  readonly tag: string;
  readonly index: Descriptor;
  readonly platforms: readonly Platform[];
  readonly manifests: readonly Descriptor[];
  /** Configurations and layers of all architectures, without duplicates. */
  readonly blobs: readonly Descriptor[];
}

const ARCHITECTURES = ['amd64', 'arm64'] as const;

/** Reproducible bytes that do not compress. */
function noise(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

const digestOf = (bytes: Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The image in the index for this machine's architecture. */
export function ownPlatform(image: OciImage): Platform {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const own = image.platforms.find((platform) => platform.architecture === architecture);
  if (own === undefined) throw new Error(`the test's images have nothing for ${architecture}`);
  return own;
}

/**
 * Writes an image for two architectures into `layout`: one layer that both share, one for each, and a big one if
 * `bigLayer` gives its size in bytes.
 */
export function writeOciImage(layout: string, tag: string, bigLayer = 0): OciImage {
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  const put = (mediaType: string, bytes: Buffer): Descriptor => {
    const digest = digestOf(bytes);
    writeFileSync(join(layout, 'blobs/sha256', digest.slice(7)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const putJson = (mediaType: string, value: object): Descriptor =>
    put(mediaType, Buffer.from(JSON.stringify(value)));
  const layer = (name: string, content: Buffer): { diff: string; blob: Descriptor } => {
    const archive = tarArchive(name, content, 0o755);
    return {
      diff: digestOf(archive),
      blob: put('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(archive, { level: 1 })),
    };
  };

  const shared = [layer('shared.txt', Buffer.from(`${tag} shared\n`.repeat(500)))];
  if (bigLayer > 0) shared.push(layer('big.bin', noise(tag, bigLayer)));
  const blobs = new Map<string, Descriptor>(shared.map(({ blob }) => [blob.digest, blob]));
  const platforms = ARCHITECTURES.map((architecture): Platform => {
    const layers = [
      ...shared,
      layer(`own-${architecture}.txt`, Buffer.from(`${tag} ${architecture}\n`.repeat(500))),
    ];
    const config = putJson('application/vnd.oci.image.config.v1+json', {
      architecture,
      os: 'linux',
      created: '1970-01-01T00:00:00Z',
      config: { Entrypoint: ['/pause'] },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diff }) => diff) },
    });
    for (const blob of [config, ...layers.map((each) => each.blob)]) blobs.set(blob.digest, blob);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = putJson(mediaType, {
      schemaVersion: 2,
      mediaType,
      config,
      layers: layers.map(({ blob }) => blob),
    });
    return { architecture, manifest, config, layers: layers.map(({ blob }) => blob) };
  });
  const manifests = platforms.map(({ architecture, manifest }) => ({
    ...manifest,
    platform: { architecture, os: 'linux' },
  }));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = putJson(mediaType, { schemaVersion: 2, mediaType, manifests });
  const annotations = { 'org.opencontainers.image.ref.name': tag };
  writeFileSync(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...index, annotations }] }),
  );
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return { layout, tag, index, platforms, manifests, blobs: [...blobs.values()] };
}
