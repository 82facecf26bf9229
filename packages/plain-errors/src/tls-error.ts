/** The codes of OpenSSL's verification errors, apart from those that name a certificate or a revocation list. */
const VERIFICATION =
  /CERT|CRL|^(?:INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/;

/** Codes of a failed handshake in Node and Bun. */
const HANDSHAKE = /^(?:EPROTO$|ERR_(?:TLS|SSL|OSSL|BORINGSSL)_|UNABLE_TO_VERIFY)/;

/** Whether a client's error means that TLS failed: an untrusted certificate, or a failed handshake. */
export function isTlsError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && (VERIFICATION.test(code) || HANDSHAKE.test(code));
}
