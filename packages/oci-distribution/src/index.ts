export { digestAlgorithm, type DigestAlgorithm } from './digest.ts';
export {
  parseEndpoint,
  type BaseEndpoint,
  type BlobEndpoint,
  type CatalogEndpoint,
  type Endpoint,
  type InvalidEndpoint,
  type ManifestEndpoint,
  type ReferrersEndpoint,
  type TagsEndpoint,
} from './endpoint.ts';
export { ociError, REFUSALS, type OciError, type OciErrorCode } from './error.ts';
export { isName, NAME_MAX_LENGTH } from './name.ts';
export { decodePath, safeQuery } from './percent.ts';
export { isSignatureTag, isTag, TAG_MAX_LENGTH } from './tag.ts';
