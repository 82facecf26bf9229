import type { Overrides, Problem } from '@archeio/configuration';
import type { Content } from '../../configuration/content.ts';
import type { ConfigurationLocation } from '../../configuration/location.ts';
import { valuesAside } from '../../configuration/values-aside.ts';

/** A configuration as it was read. */
export interface ReadConfiguration {
  readonly content: Content;
  readonly warnings: readonly Problem[];
}

/** Lists the values of the configuration in use, once for each configuration, when they are first asked for. */
export class ConfigurationValues {
  readonly #location: ConfigurationLocation;
  readonly #overrides: Overrides;
  readonly #list: typeof valuesAside;
  #read: ReadConfiguration;
  #text: Promise<string> | undefined;

  /** @param list replaced in tests */
  constructor(
    {
      location,
      content,
      warnings,
    }: ReadConfiguration & { readonly location: ConfigurationLocation },
    overrides: Overrides,
    list = valuesAside,
  ) {
    this.#location = location;
    this.#overrides = overrides;
    this.#list = list;
    this.#read = { content, warnings };
  }

  /** Warnings about the configuration in use. */
  get warnings(): readonly Problem[] {
    return this.#read.warnings;
  }

  /** Changes to another configuration, which is now in use. */
  use(read: ReadConfiguration): void {
    this.#read = read;
    this.#text = undefined;
  }

  /** The values with their origins, without secrets, as JSON of {@link EffectiveValues}. */
  text(): Promise<string> {
    if (this.#text === undefined) {
      const listed = this.#list(this.#read.content, this.#location, this.#overrides);
      this.#text = listed;
      // A failure, such as a thread without memory, is not kept.
      listed.catch(() => {
        if (this.#text === listed) this.#text = undefined;
      });
    }
    return this.#text;
  }
}
