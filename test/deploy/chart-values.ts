import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Values } from './rendered-chart.ts';

const FOLDER = join(import.meta.dirname, 'values');

/** The values that every test of the chart goes through, by the name of their file. */
export const SAMPLES: ReadonlyMap<string, Values> = new Map(
  readdirSync(FOLDER).map((file) => [
    file.replace('.yaml', ''),
    parse(readFileSync(join(FOLDER, file), 'utf8')) as Values,
  ]),
);
