import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** One DER value (ITU-T X.690 §8.1); its length is written as short as can be (§10.1), or BoringSSL reads none of it. */
function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const { length } = content;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const prefix = length < 128 ? [length] : long;
  return Buffer.concat([Buffer.from([tag, ...prefix]), content]);
}

const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents);
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const text = (value: string) => Buffer.from(value, 'latin1');

const ECDSA_WITH_SHA256 = sequence(der(0x06, bytes('2a8648ce3d040302')));
const COMMON_NAME = der(0x06, bytes('550403'));
const SUBJECT_ALT_NAME = der(0x06, bytes('551d11'));

/** A certificate for 127.0.0.1 that no authority vouches for, valid until 2099 (RFC 5280 §4.1). */
export function selfSignedCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, text('a store of this test')))));
  const validity = sequence(der(0x17, text('200101000000Z')), der(0x18, text('20990101000000Z')));
  const altName = sequence(der(0x87, Uint8Array.of(127, 0, 0, 1)));
  const signed = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, Uint8Array.of(1)),
    ECDSA_WITH_SHA256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(SUBJECT_ALT_NAME, der(0x04, altName)))),
  );
  const signature = der(0x03, Uint8Array.of(0), sign('sha256', signed, privateKey));
  const lines = Buffer.from(sequence(signed, ECDSA_WITH_SHA256, signature)).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}
