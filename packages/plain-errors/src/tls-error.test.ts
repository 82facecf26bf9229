import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTlsError } from './tls-error.ts';

const withCode = (code: unknown) => Object.assign(new Error('failed'), { code });

test('errors of certificates and handshakes are TLS errors', () => {
  for (const code of [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CRL_HAS_EXPIRED',
    'INVALID_CA',
    'HOSTNAME_MISMATCH',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
  ]) {
    assert.ok(isTlsError(withCode(code)), code);
  }
});

test('connection errors, and values that are not errors, are not TLS errors', () => {
  for (const code of [
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'HPE_INVALID_CONSTANT',
    'ERR_INVALID_URL',
    7,
  ]) {
    assert.ok(!isTlsError(withCode(code)), String(code));
  }
  for (const thrown of [new Error('EPROTO'), 'EPROTO', undefined, null, { code: 'EPROTO' }]) {
    assert.ok(!isTlsError(thrown));
  }
});
