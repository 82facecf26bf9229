import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { ArcheioError } from '../errors.ts';
import type { Certificate, CertificateFiles, CheckedCertificate } from './certificate.ts';
import { secureContextOf } from './secure-context.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** Shorter RSA keys are refused by clients. Bits. */
const SHORTEST_RSA = 2048;

/** Certificate or key cannot be used: `what` names the file, and says what to do. */
export function unusable(what: string, cause?: unknown): ArcheioError {
  return new ArcheioError('certificate-unusable', what, { cause });
}

const quote = (text: string): string => JSON.stringify(text);
const day = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace('.000', '');

function certificatesOf(chain: string, file: string): X509Certificate[] {
  if (chain.trim() === '')
    throw unusable(`tls.certificate: ${quote(file)} is empty: expected a certificate in PEM`);
  const texts = chain.match(CERTIFICATE) ?? [];
  if (texts.length === 0)
    throw unusable(
      PRIVATE_KEY.test(chain)
        ? `tls.certificate: ${quote(file)} has a private key and no certificate: are tls.certificate and tls.key mixed up?`
        : `tls.certificate: ${quote(file)} has no certificate in PEM: expected -----BEGIN CERTIFICATE----- and its end`,
    );
  return texts.map((text, at) => {
    try {
      return new X509Certificate(text);
    } catch (error) {
      throw unusable(
        `tls.certificate: cannot read certificate ${at + 1} in ${quote(file)}: it is damaged`,
        error,
      );
    }
  });
}

function privateKeyOf(key: string, file: string): KeyObject {
  if (key.trim() === '')
    throw unusable(`tls.key: ${quote(file)} is empty: expected a private key in PEM`);
  if (ENCRYPTED.test(key))
    throw unusable(
      `tls.key: the private key in ${quote(file)} has a passphrase: expected one without, which "openssl pkey" writes`,
    );
  if (!PRIVATE_KEY.test(key))
    throw unusable(
      `tls.key: ${quote(file)} has no private key in PEM: expected -----BEGIN PRIVATE KEY-----`,
    );
  try {
    return createPrivateKey(key);
  } catch (error) {
    throw unusable(`tls.key: cannot read the private key in ${quote(file)}: it is damaged`, error);
  }
}

/** Both runtimes must accept the same keys. */
function checkKind({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, file: string): void {
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  if (asymmetricKeyType === 'ec' || (asymmetricKeyType === 'rsa' && bits >= SHORTEST_RSA)) return;
  const kind = asymmetricKeyType === 'rsa' ? `an RSA key of ${bits} bits` : asymmetricKeyType;
  throw unusable(
    `tls.key: the private key in ${quote(file)} is ${kind}: expected an EC key, or an RSA key of at least ${SHORTEST_RSA} bits`,
  );
}

function checkBelongs(
  certificates: readonly X509Certificate[],
  key: KeyObject,
  files: CertificateFiles,
): void {
  const at = certificates.findIndex((each) => each.checkPrivateKey(key));
  if (at === 0) return;
  throw unusable(
    at < 0
      ? `tls.key: the private key in ${quote(files.key)} does not belong to the certificate in ${quote(files.certificate)}`
      : `tls.certificate: ${quote(files.certificate)} must begin with the certificate of the private key, which is certificate ${at + 1} in it`,
  );
}

function checkTimes({ validFrom, validTo }: X509Certificate, file: string, now: number): number {
  const [notBefore, notAfter] = [Date.parse(validFrom), Date.parse(validTo)];
  if (now > notAfter)
    throw unusable(
      `tls.certificate: the certificate in ${quote(file)} expired at ${day(notAfter)}: renew it`,
    );
  if (now < notBefore)
    throw unusable(
      `tls.certificate: the certificate in ${quote(file)} is not valid before ${day(notBefore)}, and it is ${day(Math.floor(now / 1000) * 1000)}: check the clock of this machine`,
    );
  return notAfter;
}

/**
 * Checks that a certificate and a key can be used together now.
 *
 * @param now milliseconds since 1970
 * @throws ArcheioError with the file, what is wrong with it, and what to do
 */
export function checkCertificate(
  { chain, key }: Certificate,
  files: CertificateFiles,
  now: number,
): CheckedCertificate {
  const certificates = certificatesOf(chain, files.certificate);
  const [own] = certificates;
  const privateKey = privateKeyOf(key, files.key);
  checkKind(privateKey, files.key);
  checkBelongs(certificates, privateKey, files);
  const notAfter = checkTimes(own, files.certificate, now);
  try {
    secureContextOf({ chain, key });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw unusable(
      `tls.certificate: the certificate in ${quote(files.certificate)} cannot be used for TLS: ${why}`,
      error,
    );
  }
  return { chain, key, notAfter, names: own.subjectAltName ?? own.subject };
}
