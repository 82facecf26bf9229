import type { Explanation } from '@archeio/request-handler';

/** Describes a request. */
export function requestedInWords({ kind, name, reference }: Explanation['request']): string {
  switch (kind) {
    case 'blob':
      return `blob ${reference} of ${name}`;
    case 'manifest':
      return `manifest ${reference} of ${name}`;
    case 'tags':
      return `the tags of ${name}`;
    case 'referrers':
      return `the referrers of ${reference} in ${name}`;
    case 'base':
      return 'the API version check';
    case 'catalog':
      return 'the list of all repositories, which is not served';
    case 'invalid':
      return 'not a valid request of the registry API';
    case 'page':
      return 'one of the configured pages';
    case 'health':
      return 'a health check';
    case 'token':
      return 'a token for a pull, which is given with correlation.token';
    case 'method':
      return 'an unsupported method: only GET and HEAD are supported';
    case 'elsewhere':
      return 'a path outside the registry API, which begins at /v2/';
  }
}
