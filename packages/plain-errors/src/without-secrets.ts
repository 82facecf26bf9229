const HIDDEN = '***';

/** Every other pattern requires one of these; most texts contain none. */
const SUSPICIOUS = /[/%="]|bearer|basic/i;

/** A URL in double quotes; an invalid one may contain spaces. */
const QUOTED_URL = /(?<=")([a-z][a-z0-9+.-]*:)?(\/\/(?:[^"\\]|\\.)*)/gi;

/** A URL without its scheme, which is kept. One of its slashes may be missing. */
const HIERARCHY = /(?:\/\/|(?<=https?:)\/)[^\s"'`<>]+/gi;

/** A URL within another, percent-encoded once or more. */
const ENCODED_URL = /(%(?:25)*3A%(?:25)*2F%(?:25)*2F)([^\s"'`<>?#]*)/gi;

/** A path with a query. */
const TARGET = /(?<=^|[\s"'`(])(\/[^\s"'`?]*)\?([^\s"'`]+)/g;

const CREDENTIAL =
  '(?:x-(?:amz|goog)-(?:signature|security-token|credential)|sig|signature|(?:access|refresh|id|identity|auth|session)?[_-]?token|identitytoken|password|passwd|(?:client[_-]?)?secret|api[_-]?key|aws_?access_?key_?id|aws_(?:secret_access_key|session_token))';

/** A parameter with a credential, in a form or in a query without its URL. */
const PARAMETER = new RegExp(`(?<![\\w-])(${CREDENTIAL}(?:=|%(?:25)*3D))[^&\\s"',;]+`, 'gi');

/** The same in JSON. */
const MEMBER = new RegExp(`(\\\\?"${CREDENTIAL}\\\\?"\\s*:\\s*\\\\?")[^"]+`, 'gi');

/** Credentials in a header. */
const AUTHORIZATION =
  /\b(Basic|Bearer)\s+(?!\w+=")[A-Za-z0-9+/._~-]*(?:[A-Za-z0-9+/._~-]{16}|=)=*/gi;

/** Parameters of the distribution API's own pages: numbers and names. */
const HARMLESS =
  /^\?(?:n=\d{1,6}|last=[a-z0-9._/-]{1,128}|artifactType=[a-z0-9.+/%-]{1,128}|&){1,5}$/;

/** Punctuation that ends a sentence rather than a URL. */
const PUNCTUATION = /[.,:;)\]}]*$/;

/** @param hierarchy the part after a URL's scheme: `//user:password@host/path?query#fragment` */
function hierarchyWithoutSecrets(hierarchy: string): string {
  const [end] = PUNCTUATION.exec(hierarchy) ?? [''];
  const whole = hierarchy.slice(0, hierarchy.length - end.length);
  const cut = whole.search(/[?#]/);
  const [path, rest] = cut === -1 ? [whole, ''] : [whole.slice(0, cut), whole.slice(cut)];
  const kept = rest === '' || HARMLESS.test(rest) ? rest : `${rest.charAt(0)}${HIDDEN}`;
  // A proxy's path may contain another URL.
  const parts = path.split(/(?=\/\/)/);
  return `${parts.map(withoutUser).join('')}${kept}${end}`;
}

/** A password may contain an unescaped slash: then the text before it does not end in a port. */
function withoutUser(path: string): string {
  const [slashes] = /^\/*/.exec(path) ?? [''];
  const slash = path.indexOf('/', slashes.length);
  const authority = slash === -1 ? path : path.slice(0, slash);
  const at = /:(?!\d*$)[^\]]*$/.test(authority)
    ? path.lastIndexOf('@')
    : authority.lastIndexOf('@');
  return at === -1 ? path : `${slashes}${HIDDEN}${path.slice(at)}`;
}

function encodedWithoutSecrets(_: string, separator: string, rest: string): string {
  const cut = rest.search(/%(?:25)*(?:3F|23)/i);
  const path = cut === -1 ? rest : rest.slice(0, cut);
  const slash = path.search(/%(?:25)*2F/i);
  const authority = slash === -1 ? path : path.slice(0, slash);
  const at = authority.search(/%(?:25)*40|@/i);
  const kept = at === -1 ? path : `${HIDDEN}${path.slice(at)}`;
  return `${separator}${kept}${cut === -1 ? '' : `%3F${HIDDEN}`}`;
}

/**
 * The text without possible secrets: user information, query and fragment of every URL, even if it is percent-encoded,
 * truncated or without a scheme, and the values of parameters and headers that carry credentials. All output passes
 * through here: the log, standard error, the admin listener's answers, and the commands' JSON.
 */
export function withoutSecrets(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .replace(QUOTED_URL, (_, scheme: string | undefined, hierarchy: string) => {
      return `${scheme ?? ''}${hierarchyWithoutSecrets(hierarchy)}`;
    })
    .replace(HIERARCHY, (hierarchy) => hierarchyWithoutSecrets(hierarchy))
    .replace(ENCODED_URL, encodedWithoutSecrets)
    .replace(TARGET, (whole, path: string, query: string) =>
      HARMLESS.test(`?${query}`) ? whole : `${path}?${HIDDEN}`,
    )
    .replace(PARAMETER, `$1${HIDDEN}`)
    .replace(MEMBER, `$1${HIDDEN}`)
    .replace(AUTHORIZATION, `$1 ${HIDDEN}`);
}
