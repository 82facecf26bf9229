import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Certificate } from './certificate.ts';

/**
 * Those of TLS 1.3, and for TLS 1.2 those with forward secrecy and authenticated encryption: Mozilla's "intermediate" list
 * without finite-field Diffie-Hellman, which no client of a registry needs.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Certificate, key, versions and ciphers, as new connections use them. @throws Error if they cannot be used */
export function secureContextOf({ chain, key }: Certificate): SecureContext {
  return createSecureContext({
    cert: chain,
    key,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: CIPHERS,
    // BoringSSL, which Bun uses, knows no renegotiation by clients.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  });
}
