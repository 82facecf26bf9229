import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tarArchive } from './tar-archive.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

const ARCHITECTURES = ['amd64', 'arm64'] as const;
/** Sizes of the layers' files in bytes: what both architectures share, and what each has to itself. */
const SHARED = 640 * 1024;
const OWN = 192 * 1024;

/** A piece of the image with its type. */
interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** An image in memory, as a registry holds it. */
export interface DemoImage {
  readonly repository: string;
  readonly tag: string;
  /** Manifests and the index, by digest; the index by its tag as well. */
  readonly manifests: ReadonlyMap<string, Content>;
  /** Layers and configurations, by digest. */
  readonly blobs: ReadonlyMap<string, Content>;
  /** Of all blobs. */
  readonly bytes: number;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Reproducible bytes that do not compress, so that the layers have their size on the wire too. */
function noise(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** Makes an OCI image for two architectures: one layer that both share, one for each, and their configurations. */
export function makeImage(): DemoImage {
  const manifests = new Map<string, Content>();
  const blobs = new Map<string, Content>();
  const put = (into: Map<string, Content>, mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes);
    into.set(digest, { mediaType, digest, bytes });
    return { mediaType, digest, size: bytes.length };
  };
  const putJson = (into: Map<string, Content>, mediaType: string, value: object) =>
    put(into, mediaType, Buffer.from(JSON.stringify(value)));
  const layer = (name: string, size: number) => {
    const archive = tarArchive(name, noise(name, size));
    return { diff: digestOf(archive), blob: put(blobs, LAYER, gzipSync(archive, { level: 1 })) };
  };
  const shared = layer('usr/share/demo/shared.bin', SHARED);
  const platforms = ARCHITECTURES.map((architecture) => {
    const layers = [shared, layer(`usr/lib/demo/${architecture}.bin`, OWN)];
    const config = putJson(blobs, CONFIG, {
      architecture,
      os: 'linux',
      created: '1970-01-01T00:00:00Z',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(({ diff }) => diff) },
    });
    const manifest = putJson(manifests, MANIFEST, {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config,
      layers: layers.map(({ blob }) => blob),
    });
    return { ...manifest, platform: { architecture, os: 'linux' } };
  });
  const tag = '1.0';
  const index = putJson(manifests, INDEX, {
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: platforms,
  });
  manifests.set(tag, manifests.get(index.digest)!);
  const bytes = [...blobs.values()].reduce((sum, each) => sum + each.bytes.length, 0);
  return { repository: 'demo/app', tag, manifests, blobs, bytes };
}
