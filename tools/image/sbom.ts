import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Platform } from '../executable/platform.ts';
import { ROOT } from '../source-files.ts';
import type { DebianPackage } from './debian-package.ts';

/** What an image contains. */
export interface ImageContents {
  readonly version: string;
  /** Of the source; empty if unknown. */
  readonly revision: string;
  readonly platform: Platform;
  /** Folders of the packages in the executable, relative to the checkout. */
  readonly packages: readonly string[];
  readonly debian: readonly DebianPackage[];
}

/** The fields of an entry of package-lock.json that are used here. */
interface LockedEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
}

type Component = Readonly<Record<string, unknown>>;

/** The time of everything in the image, so that the same source gives the same bytes. */
const TIME = '1970-01-01T00:00:00Z';

/** A package URL; `@` of a scope is escaped in it. */
function npmUrl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

/** The version of a package as package-lock.json has it: by name and version, nested or not. */
function npmComponent(folder: string, entry: LockedEntry | undefined): Component {
  if (entry?.version === undefined || entry.integrity === undefined)
    throw new Error(
      `${folder} is in the executable, but package-lock.json does not name its version`,
    );
  const { version, integrity, license } = entry;
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const [algorithm, digest] = integrity.split('-', 2);
  if (algorithm !== 'sha512' || digest === undefined)
    throw new Error(`package-lock.json names no SHA-512 digest for ${folder}`);
  return {
    type: 'library',
    'bom-ref': npmUrl(name, version),
    name,
    version,
    purl: npmUrl(name, version),
    hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    ...(license !== undefined && { licenses: [{ expression: license }] }),
  };
}

/** A part of Archeio itself, whose version and licence are the workspace's. */
function ownComponent(folder: string): Component {
  const { name, version, license } = JSON.parse(
    readFileSync(join(ROOT, folder, 'package.json'), 'utf8'),
  );
  return {
    type: 'library',
    'bom-ref': npmUrl(name, version),
    name,
    version,
    licenses: [{ expression: license }],
  };
}

function debianComponent({ name, version, architecture }: DebianPackage): Component {
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}

/** A UUID (RFC 9562, version 8) that follows from a text. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * The list of what an image contains, as JSON of CycloneDX 1.6: the packages in the executable, the runtime, and what comes
 * from Debian. The same contents give the same text: its time is fixed, and its serial number follows from the contents.
 *
 * @throws Error if package-lock.json does not name a package with its digest
 */
export function sbomOf({ version, revision, platform, packages, debian }: ImageContents): string {
  const lock: { readonly packages: Readonly<Record<string, LockedEntry>> } = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  );
  const runtime = npmComponent(
    `node_modules/${platform.runtime}`,
    lock.packages[`node_modules/${platform.runtime}`],
  );
  const components = [
    ...packages
      .filter((folder) => folder !== 'apps/archeio')
      .map((folder) =>
        folder.includes('node_modules/')
          ? npmComponent(folder, lock.packages[folder])
          : ownComponent(folder),
      ),
    { ...runtime, type: 'platform' },
    ...debian.map(debianComponent),
  ];
  const archeio = `pkg:generic/archeio@${version}`;
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: TIME,
      component: {
        type: 'application',
        'bom-ref': archeio,
        name: 'archeio',
        version,
        purl: archeio,
        licenses: [{ expression: 'Apache-2.0' }],
        properties: [
          { name: 'archeio:revision', value: revision || 'unknown' },
          { name: 'archeio:platform', value: platform.name },
        ],
      },
    },
    components,
    dependencies: [{ ref: archeio, dependsOn: components.map((each) => each['bom-ref']) }],
  };
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(document))}`;
  return `${JSON.stringify({ ...document, serialNumber }, null, 1)}\n`;
}
