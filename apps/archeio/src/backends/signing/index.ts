export { presignedKey, presignerFor } from './create-for-stores.ts';
export { createPresigner } from './presigner.ts';
export type { CredentialChange, PresignedStore, Presigner, PresignerParts } from './presigner.ts';
export type { SignedMethod } from './signed-urls.ts';
export type { Credentials, CredentialSource } from './standing-credentials.ts';
export { withoutSignature } from './without-signature.ts';
