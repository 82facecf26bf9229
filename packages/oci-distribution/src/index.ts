export { parseChallenges, type Challenge } from './challenges.ts';
export { type Descriptor, type Platform } from './descriptor.ts';
export { digestAlgorithm, type DigestAlgorithm } from './digest.ts';
export { isEmptyBlob, mayHaveSize } from './empty-blob.ts';
export {
  parseEndpoint,
  type BlobEndpoint,
  type Endpoint,
  type ManifestEndpoint,
  type ReferrersEndpoint,
  type TagsEndpoint,
} from './endpoint.ts';
export { ociError, REFUSALS, type OciError, type OciErrorCode } from './error.ts';
export { compileKeyPath, compileKeyTemplate, type KeyTemplate } from './key-template.ts';
export { MANIFEST_MEDIA_TYPES, SIGNED_SCHEMA_1, parseManifest, type Manifest } from './manifest.ts';
export { plainMediaType } from './media-type.ts';
export { isName, NAME_MAX_LENGTH } from './name.ts';
export {
  continuationOf,
  LIST_PAGE_SIZE,
  PAGE_SIZE_REFUSALS,
  type Continuation,
} from './list-page.ts';
export { nextPage } from './next-page.ts';
export { decodePath, safeQuery } from './percent.ts';
export { referrersTag } from './referrers.ts';
export { signedPayload } from './signed-manifest.ts';
export { isSignatureTag, isTag, TAG_MAX_LENGTH } from './tag.ts';
