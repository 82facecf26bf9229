import { parseArgs } from 'node:util';

export const HELP = `Simulates the fleet of registry.k8s.io with Archeio's own presence and inventory packages on a virtual clock.

Usage: node bench/fleet/run.ts [options]

  --out FOLDER   folder for results.json and the plots (default: docs/scale; the tables of docs/scale.md are
                 then written too)
  --plots        only draw the plots and tables again, from results.json in the folder
  --quick        a small fleet and a short day: takes seconds, and the numbers mean nothing; needs --out
  --seed NUMBER  seed of all random numbers, 0 to 4294967295 (default: 1)
  --help         show this text

The same seed writes the same bytes. docs/scale.md has the assumptions and the results.
`;

export interface Options {
  readonly help: boolean;
  readonly quick: boolean;
  readonly plots: boolean;
  readonly seed: number;
  /** Undefined: the documentation's own folder. */
  readonly out: string | undefined;
}

/** Wrong use of the command: the message says what to do. */
export class UsageError extends Error {}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const { help, quick, plots, seed, out } = read(args);
  if (!/^\d{1,10}$/.test(seed) || Number(seed) >= 2 ** 32)
    throw new UsageError(`cannot use --seed "${seed}": must be an integer from 0 to 4294967295`);
  if (out === '') throw new UsageError('cannot use --out "": name a folder');
  if (quick && !help && out === undefined)
    throw new UsageError(
      'cannot use --quick without --out: it would replace the results in docs/scale',
    );
  return { help, quick, plots, seed: Number(seed), out };
}

function read(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        quick: { type: 'boolean', default: false },
        plots: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        out: { type: 'string' },
      },
    });
    return { out: undefined, ...values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
