/** A certificate with its private key, as files have them; plain data for another process. */
export interface Certificate {
  /** PEM, the server's own certificate first, then its chain. */
  readonly chain: string;
  /** PEM, without a passphrase. */
  readonly key: string;
}

/** Where the two files of a certificate are. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate that can be used, and what it says. */
export interface CheckedCertificate extends Certificate {
  /** Milliseconds since 1970. */
  readonly notAfter: number;
  /** The names that it is for, as X.509 has them: `DNS:registry.example, IP Address:192.0.2.1`. */
  readonly names: string;
}
