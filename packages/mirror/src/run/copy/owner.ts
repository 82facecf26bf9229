import { resolve } from 'node:path';
import { API_KEY, OWNER_KEY, REGISTRY_KEY } from '@archeio/mirror-plan';
import type { Destination } from '../../destination/destination.ts';
import { textAt, tryParseJson } from '../../json-value.ts';
import { MirrorError } from '../../mirror-error.ts';
import { registryIdentity } from '../../source/source-id.ts';
import type { SourceConfiguration } from '../../options.ts';

/** A destination is not, or may not be, the copy of this registry. */
export class OwnerError extends MirrorError {}

/** The registry whose copy a destination is, as its objects name it. */
export interface CopiedRegistry {
  /** URL of the registry, or the directory of a layout. */
  readonly registry: string;
  readonly path: string;
}

/** What a copy of this source states. */
export function copiedRegistry(source: SourceConfiguration): CopiedRegistry {
  return 'url' in source
    ? { registry: source.url, path: source.path }
    : { registry: `oci:${resolve(source.repositories.path)}`, path: '' };
}

/** The same for every spelling of the same registry. */
function identityOf({ registry, path }: CopiedRegistry): string {
  return URL.canParse(registry) && /^https?:/.test(registry)
    ? registryIdentity(registry, path)
    : registry;
}

function parseOwner(text: string): CopiedRegistry | undefined {
  const value = tryParseJson(text);
  const registry = textAt(value, 'registry');
  return registry === undefined ? undefined : { registry, path: textAt(value, 'path') ?? '' };
}

/**
 * Refuses a destination that is the copy of another registry, or whose `v2/` something else has written.
 *
 * @returns whether it has an owner, which is this source
 * @throws OwnerError that names both
 */
export async function checkOwner(
  destination: Destination,
  source: SourceConfiguration,
): Promise<boolean> {
  if (destination.copy === undefined) return false;
  const mine = copiedRegistry(source);
  let isOwned = false;
  for (const key of [OWNER_KEY, REGISTRY_KEY]) {
    const text = await destination.getText(key);
    if (text === undefined) continue;
    const owner = parseOwner(text);
    if (owner === undefined)
      throw new OwnerError(
        `cannot tell whose copy destination "${destination.name}" is: ${key} does not name a registry; delete it if everything there belongs to ${identityOf(mine)}`,
      );
    if (identityOf(owner) !== identityOf(mine))
      throw new OwnerError(
        `destination "${destination.name}" is a copy of ${identityOf(owner)} (${key}), not of ${identityOf(mine)}: use another bucket or directory for each registry with "contents: registry"`,
      );
    isOwned = true;
  }
  if (isOwned) return true;
  for await (const { key } of destination.copy.list())
    if (key !== API_KEY)
      throw new OwnerError(
        `destination "${destination.name}" has ${key}, which this mirror did not write: use an empty bucket or directory for "contents: registry"`,
      );
  return false;
}

/**
 * States whose copy a destination is, before anything is written. Of two mirrors that begin at the same time, the
 * later one finds the other's name.
 *
 * @throws OwnerError if it is the copy of another registry
 */
export async function claimCopy(
  destination: Destination,
  source: SourceConfiguration,
): Promise<void> {
  if (destination.copy === undefined || (await checkOwner(destination, source))) return;
  const text = `${JSON.stringify({ version: 1, ...copiedRegistry(source) })}\n`;
  await destination.copy.putIfAbsent(OWNER_KEY, text);
  await checkOwner(destination, source);
}
