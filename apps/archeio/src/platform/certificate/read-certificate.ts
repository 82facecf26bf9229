import { setTimeout as sleep } from 'node:timers/promises';
import { readRegular, TooLongError } from '@archeio/bounded-reading';
import { failureReason } from '@archeio/plain-errors';
import type { CertificateFiles, CheckedCertificate } from './certificate.ts';
import { checkCertificate, unusable } from './check-certificate.ts';

/** Far more than a chain needs; bytes. */
const LARGEST = 1024 * 1024;

async function read(key: 'tls.certificate' | 'tls.key', file: string): Promise<string> {
  try {
    return new TextDecoder().decode(await readRegular(file, LARGEST));
  } catch (error) {
    const why =
      error instanceof TooLongError ? `it is longer than ${LARGEST} bytes` : failureReason(error);
    throw unusable(`${key}: cannot read ${JSON.stringify(file)}: ${why}`, error);
  }
}

/**
 * Reads certificate and key, and checks that they can be used together now.
 *
 * @param known the one in use: it is not checked again, since a check takes milliseconds
 * @throws ArcheioError with the file, what is wrong with it, and what to do
 */
export async function readCertificate(
  files: CertificateFiles,
  now: number,
  known?: CheckedCertificate,
): Promise<CheckedCertificate> {
  const [chain, key] = [
    await read('tls.certificate', files.certificate),
    await read('tls.key', files.key),
  ];
  if (known?.chain === chain && known.key === key && now <= known.notAfter) return known;
  return checkCertificate({ chain, key }, files, now);
}

/** Times to read files that another program may be writing, and the milliseconds in between. */
const TRIES = 4;
const BETWEEN = 500;

/**
 * The same for files that are in use and may be in the middle of a renewal: two files are not replaced in one step, and not every
 * program replaces a file in one step.
 */
export async function readRenewed(
  files: CertificateFiles,
  now: () => number,
  known?: CheckedCertificate,
): Promise<CheckedCertificate> {
  for (let tries = 1; ; tries++) {
    try {
      return await readCertificate(files, now(), known);
    } catch (error) {
      if (tries === TRIES) throw error;
      await sleep(BETWEEN);
    }
  }
}
