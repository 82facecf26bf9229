import type { AddressError } from '@archeio/client-address';
import type { Decision, Rule } from '@archeio/redirect';

/** What has been counted since the start. */
export interface Totals {
  readonly decisions: Readonly<Partial<Record<Rule, number>>>;
  readonly backends: Readonly<Record<string, number>>;
  readonly clientAddressErrors: Readonly<Partial<Record<AddressError, number>>>;
  /** Failures of our own that were answered with the upstream (R12). */
  readonly ownFailures: number;
}

/** Counts what is decided. Everything is a number in a slot made beforehand: counting allocates nothing. */
export class DecisionRecord {
  readonly #rules = new Float64Array(13);
  readonly #backends: Float64Array;
  readonly #names: readonly string[];
  readonly #addressErrors = new Map<AddressError, number>();
  #ownFailures = 0;

  constructor(backends: readonly { readonly name: string }[]) {
    this.#names = backends.map(({ name }) => name);
    this.#backends = new Float64Array(backends.length);
  }

  decision({ rule, backend }: Decision): void {
    this.#rules[ruleNumber(rule)]++;
    if (backend !== undefined) this.#backends[backend.index]++;
  }

  clientAddressError(reason: AddressError): void {
    this.#addressErrors.set(reason, (this.#addressErrors.get(reason) ?? 0) + 1);
  }

  ownFailure(): void {
    this.#ownFailures++;
  }

  totals(): Totals {
    const counted = (values: Float64Array, name: (index: number) => string) =>
      Object.fromEntries(
        [...values.entries()]
          .filter(([, count]) => count > 0)
          .map(([index, count]) => [name(index), count]),
      );
    return {
      decisions: counted(this.#rules, (index) => `R${index}`),
      backends: counted(this.#backends, (index) => this.#names[index]),
      clientAddressErrors: Object.fromEntries(this.#addressErrors),
      ownFailures: this.#ownFailures,
    };
  }
}

/** The number in a rule's name. */
function ruleNumber(rule: Rule): number {
  return rule.length === 2 ? rule.charCodeAt(1) - 0x30 : 10 + rule.charCodeAt(2) - 0x30;
}
