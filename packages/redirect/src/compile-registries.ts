import type { Place } from '@archeio/clouds';
import type { Upstream } from './backend.ts';
import { compileUpstream, type UpstreamOptions } from './compile-backend.ts';
import { nearness } from './near.ts';
import { onceForPlace } from './once-for-place.ts';
import { mapInSteps, type Steps } from './steps.ts';

/** Configuration of a signature upstream. */
export interface SignaturesOptions extends Pick<UpstreamOptions, 'url' | 'path' | 'usdPerGiB'> {
  /** R9a, R12a: whether to use it for content that the upstream does not have. */
  readonly fallback?: boolean | undefined;
}

/** Configuration of a registry. */
export interface RegistryOptions {
  readonly name: string;
  /** Prefix of the names that it serves: empty, or with a trailing slash. */
  readonly prefix: string;
  /** At least one, in order. */
  readonly upstreams: readonly UpstreamOptions[];
  readonly signatures?: SignaturesOptions | undefined;
}

/** A compiled registry. */
export interface Registry extends Pick<RegistryOptions, 'name' | 'prefix'> {
  /** Its index in the policy. */
  readonly index: number;
  readonly upstreams: readonly Upstream[];
  /** The upstreams in order for a client in a place; −1 is an unknown network. Allocates once per place. */
  readonly upstreamsFor: (place: number) => readonly Upstream[];
  readonly signatures: Upstream | undefined;
  /** R9a, R12a: whether to use the signature upstream for content that the upstream does not have. */
  readonly fallback: boolean;
  /** The non-empty paths of its upstreams with a trailing slash, longest first. */
  readonly paths: readonly string[];
}

/** The order of a registry's upstreams by place. */
function upstreamsByPlace(
  upstreams: readonly Upstream[],
  options: readonly UpstreamOptions[],
  places: readonly Place[],
): Registry['upstreamsFor'] {
  if (options.every(({ near }) => near === undefined)) return () => upstreams;
  return onceForPlace(places, (place) => {
    const isNear = (_: Upstream, at: number): boolean => nearness(place, options[at].near) > 0;
    return [...upstreams.filter(isNear), ...upstreams.filter((each, at) => !isNear(each, at))];
  });
}

/** Compiles the registries; `next` is the index of their first upstream. */
export function* compileRegistries(
  all: readonly RegistryOptions[],
  next: number,
  places: readonly Place[],
): Steps<Registry[]> {
  let index = next;
  const upstreamsOf = yield* mapInSteps(all, ({ prefix, upstreams }, registry) =>
    upstreams.map((each) => compileUpstream(index++, registry, prefix, each)),
  );
  return yield* mapInSteps(
    all,
    ({ name, prefix, signatures: signed, upstreams: options }, registry) => {
      if (options.length === 0)
        throw new RangeError(`cannot compile the policy: registry "${name}" has no upstream`);
      const upstreams = upstreamsOf[registry];
      const signaturesName = all.length === 1 ? 'signatures' : `${name}-signatures`;
      const signatures =
        signed && compileUpstream(index++, registry, prefix, { ...signed, name: signaturesName });
      const paths = [...upstreams, ...(signatures ? [signatures] : [])].map(({ path }) => path);
      return Object.freeze({
        index: registry,
        name,
        prefix,
        upstreams,
        upstreamsFor: upstreamsByPlace(upstreams, options, places),
        signatures,
        fallback: signed?.fallback === true,
        paths: paths.filter((path) => path !== '').toSorted((a, b) => b.length - a.length),
      });
    },
  );
}
