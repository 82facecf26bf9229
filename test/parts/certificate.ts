import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key in PEM. */
export interface TestCertificate {
  /** The own certificate, then the certificate of the intermediate authority. */
  readonly chain: string;
  readonly key: string;
}

export interface CertificateOptions {
  readonly kind?: 'ec' | 'rsa' | 'rsa-1024' | 'ed25519';
  /** First and last moment, as `openssl ca` writes them: `20200101000000Z`. */
  readonly from?: string;
  readonly to?: string;
}

const KEYS: Readonly<Record<NonNullable<CertificateOptions['kind']>, string>> = {
  ec: 'EC -pkeyopt ec_paramgen_curve:P-256',
  rsa: 'RSA -pkeyopt rsa_keygen_bits:2048',
  'rsa-1024': 'RSA -pkeyopt rsa_keygen_bits:1024',
  ed25519: 'ED25519',
};

const CONFIGURATION = `
[ca]
default_ca = authority
[authority]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[server]
subjectAltName = DNS:localhost, DNS:registry.example, IP:127.0.0.1, IP:::1
[intermediate]
basicConstraints = critical, CA:TRUE
[req]
distinguished_name = name
[name]
`;

/** A certification authority with an intermediate one, in a directory of its own. */
export class TestAuthority implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'archeio-ca-'));
  /** File with the certificate of the authority, which clients trust. */
  readonly root = join(this.folder, 'root.crt');
  readonly #intermediate: string;
  #number = 0;

  constructor() {
    writeFileSync(join(this.folder, 'ca.cnf'), CONFIGURATION);
    writeFileSync(join(this.folder, 'index.txt'), '');
    this.#key('root', 'ec');
    this.#openssl(
      'req -new -x509 -config ca.cnf -extensions intermediate -key root.key -out root.crt -days 30',
      '-subj',
      '/CN=Test root',
    );
    this.#key('intermediate', 'ec');
    this.#sign('intermediate', 'root', 'intermediate', 'Test intermediate', {});
    this.#intermediate = readFileSync(join(this.folder, 'intermediate.crt'), 'utf8');
  }

  /** A certificate for localhost, 127.0.0.1, ::1 and registry.example. */
  issue(options: CertificateOptions = {}): TestCertificate {
    const name = `server-${++this.#number}`;
    this.#key(name, options.kind ?? 'ec');
    this.#sign(name, 'intermediate', 'server', name, options);
    const read = (file: string): string => readFileSync(join(this.folder, file), 'utf8');
    return { chain: read(`${name}.crt`) + this.#intermediate, key: read(`${name}.key`) };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  #key(name: string, kind: keyof typeof KEYS): void {
    this.#openssl(`genpkey -algorithm ${KEYS[kind]} -out ${name}.key`);
  }

  #sign(
    name: string,
    by: string,
    extensions: string,
    subject: string,
    { from, to }: CertificateOptions,
  ): void {
    this.#openssl(
      `req -new -config ca.cnf -key ${name}.key -out ${name}.csr`,
      '-subj',
      `/CN=${subject}`,
    );
    const times = `${from === undefined ? '' : `-startdate ${from} `}${to === undefined ? '-days 20' : `-enddate ${to}`}`;
    this.#openssl(
      `ca -batch -notext -config ca.cnf -extensions ${extensions} -cert ${by}.crt -keyfile ${by}.key -in ${name}.csr -out ${name}.crt ${times}`,
    );
  }

  /** @param words arguments without spaces, followed by others */
  #openssl(words: string, ...args: readonly string[]): void {
    execFileSync('openssl', [...words.split(' '), ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 30_000,
    });
  }
}
