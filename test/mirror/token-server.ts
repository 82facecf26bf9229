import { execFileSync } from 'node:child_process';
import { createSign, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { listenOnLoopback } from '../parts/ports.ts';

export const ISSUER = 'archeio-test';
export const SERVICE = 'registry-of-the-test';

/** Issues tokens to one user, by the distribution project's token specification. */
export interface TokenServer extends AsyncDisposable {
  readonly url: string;
  /** The certificate that a registry trusts. */
  readonly certificate: string;
  /** Scopes of the issued tokens, in order. */
  readonly given: string[];
  /** Seconds after which the registry rejects a token, whatever its stated lifetime. */
  lifetime: number;
}

/** Seconds for which a registry accepts a token after its stated lifetime. */
const LEEWAY = 60;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The access that scopes such as `repository:a/b:pull,push` request. */
const accessOf = (scopes: readonly string[]): object[] =>
  scopes.map((scope) => {
    const [type, ...rest] = scope.split(':');
    return { type, name: rest.slice(0, -1).join(':'), actions: (rest.at(-1) ?? '').split(',') };
  });

export async function startTokenServer(
  folder: string,
  authorization: string,
): Promise<TokenServer> {
  mkdirSync(folder, { recursive: true });
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'].concat([
      '-subj',
      '/CN=test',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      certificate,
    ]),
    { stdio: 'ignore', timeout: 60_000 },
  );
  const x5c = [readFileSync(certificate, 'utf8').replaceAll(/-----[A-Z ]+-----|\s/g, '')];
  const given: string[] = [];
  const sign = (scopes: readonly string[]): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: ISSUER,
      sub: 'user',
      aud: SERVICE,
      nbf: now - LEEWAY,
      iat: now - LEEWAY,
      exp: now + tokens.lifetime - LEEWAY,
      jti: randomUUID(),
      access: accessOf(scopes),
    };
    const signed = `${part({ typ: 'JWT', alg: 'ES256', x5c })}.${part(claims)}`;
    const signature = createSign('SHA256')
      .update(signed)
      .sign({ key: readFileSync(key), dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  };
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://token').searchParams;
    if (request.headers.authorization !== authorization) {
      response.writeHead(401).end('{"errors":[{"code":"UNAUTHORIZED"}]}');
      return;
    }
    const scopes = query.getAll('scope').flatMap((scope) => scope.split(' '));
    given.push(scopes.join(' '));
    response.end(JSON.stringify({ token: sign(scopes), expires_in: 60 }));
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server)}/token`;
  const tokens: TokenServer = {
    url,
    certificate,
    given,
    lifetime: 60,
    [Symbol.asyncDispose]() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return tokens;
}
