import { parseConfiguration } from '@archeio/configuration';
import { checkOnline } from '../index.ts';

/** Prints what there is to say of a configuration, given as JSON, at a time of day: `print-findings.ts JSON CA MILLISECONDS`. */
const [source, ca, now] = process.argv.slice(2);
const dependencies = { timeOfDay: () => Number(now), timeout: 2000, ca };
for await (const finding of checkOnline(parseConfiguration(JSON.parse(source)), dependencies))
  console.log(JSON.stringify(finding));
