import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Labels } from './kubernetes-object.ts';

/**
 * A directory as the kubelet mounts a ConfigMap: each file is a link through `..data`, and an update swaps that link.
 * What a process has open, or watches by its own path, does not change.
 */
export class ConfigMapVolume implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'config-map-'));
  #versions = 0;

  constructor(data: Labels) {
    // A container has another user.
    chmodSync(this.path, 0o755);
    this.#write(data);
    for (const name of Object.keys(data)) symlinkSync(join('..data', name), join(this.path, name));
  }

  /** Writes the new version next to the old one, swaps the link, and removes the old version. */
  update(data: Labels): void {
    const old = readlinkSync(join(this.path, '..data'));
    this.#write(data);
    rmSync(join(this.path, old), { recursive: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }

  #write(data: Labels): void {
    const version = join(this.path, `..2026_11_29_12_00_00.${++this.#versions}`);
    mkdirSync(version);
    for (const [name, text] of Object.entries(data)) writeFileSync(join(version, name), text);
    symlinkSync(basename(version), join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), join(this.path, '..data'));
  }
}
