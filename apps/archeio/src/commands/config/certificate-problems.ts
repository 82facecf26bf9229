import type { MirrorOnlyConfiguration, Problem } from '@archeio/configuration';
import { readCertificate } from '../../platform/certificate/read-certificate.ts';
import { ArcheioError } from '../../platform/errors.ts';

/** What a start of `serve` would say of the files of `tls`: at most one problem. */
export async function certificateProblems(
  { tls }: Pick<MirrorOnlyConfiguration, 'tls'>,
  file: string,
): Promise<Problem[]> {
  if (tls === undefined) return [];
  try {
    await readCertificate(tls, Date.now());
    return [];
  } catch (error) {
    if (!(error instanceof ArcheioError)) throw error;
    const [, key = 'tls', message = error.message] = /^([\w.]+): (.*)$/s.exec(error.message) ?? [];
    return [{ file, line: undefined, column: undefined, key, message, severity: 'error' }];
  }
}
