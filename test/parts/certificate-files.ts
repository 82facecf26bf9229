import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestCertificate } from './certificate.ts';

/** The two files of a certificate, in a directory of their own. */
export class CertificateFiles implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'archeio-tls-'));
  readonly certificate = join(this.folder, 'fullchain.pem');
  readonly key = join(this.folder, 'privkey.pem');

  constructor(certificate: TestCertificate) {
    this.write(certificate);
  }

  /** The key `tls` of a configuration. */
  get names(): { certificate: string; key: string } {
    return { certificate: this.certificate, key: this.key };
  }

  /** Replaces each file in one step, the certificate first. */
  write({ chain, key }: TestCertificate): void {
    for (const [file, text] of [
      [this.certificate, chain],
      [this.key, key],
    ] as const) {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
