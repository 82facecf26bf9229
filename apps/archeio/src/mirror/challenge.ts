/** What a registry asks for before it answers. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm: string;
      readonly service: string | undefined;
      readonly scope: string | undefined;
    };

const CHALLENGE = /^\s*([A-Za-z]+)(?:\s+(.*))?$/s;
const PARAMETER = /([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/g;

/**
 * Reads `WWW-Authenticate` (RFC 9110 §11.6.1; the distribution project's token specification).
 *
 * @returns undefined where it asks for nothing that we can do
 */
export function parseChallenge(header: string | null): Challenge | undefined {
  const [, scheme = '', rest = ''] = CHALLENGE.exec(header ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic':
      return { scheme: 'basic' };
    case 'bearer': {
      const parameters = new Map<string, string>();
      for (const [, name, quoted, plain] of rest.matchAll(PARAMETER))
        parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain);
      const realm = parameters.get('realm');
      return realm === undefined
        ? undefined
        : {
            scheme: 'bearer',
            realm,
            service: parameters.get('service'),
            scope: parameters.get('scope'),
          };
    }
    default:
      return undefined;
  }
}
