import { parseConfiguration } from '@archeio/configuration';
import { checkOnline } from '../check-online.ts';

/** Prints the findings for a configuration in JSON at a given time: `print-findings.ts JSON CA MILLISECONDS`. */
const [source, ca, now] = process.argv.slice(2);
const dependencies = { timeOfDay: () => Number(now), timeout: 2000, ca };
for await (const finding of checkOnline(parseConfiguration(JSON.parse(source)), dependencies))
  console.log(JSON.stringify(finding));
