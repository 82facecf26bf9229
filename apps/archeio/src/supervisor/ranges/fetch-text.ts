import {
  fetchBytes,
  FetchError,
  type FetchLimits,
  type Validators,
} from '../../platform/fetch-bytes.ts';

export { FetchError, type FetchLimits, type Validators };

export type Fetched =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'text'; readonly text: string; readonly validators: Validators };

/**
 * The text behind an address, or that it has not changed.
 *
 * @param before what came with it the last time; empty asks for the whole
 * @throws FetchError
 */
export async function fetchText(
  url: string,
  before: Validators,
  limits: FetchLimits,
): Promise<Fetched> {
  const fetched = await fetchBytes(url, before, limits);
  if (fetched.kind === 'unchanged') return fetched;
  const { bytes, validators } = fetched;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { kind: 'text', text, validators };
  } catch (error) {
    throw new FetchError(url, 'expected UTF-8', false, error);
  }
}
