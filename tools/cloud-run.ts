import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { DEPLOYMENT, REGIONS } from './cloud-run/deployment.ts';
import { InputError, readChecked } from './cloud-run/positioned-document.ts';
import { cloudRunService } from './cloud-run/service.ts';
import { ROOT } from './source-files.ts';

const HELP = `Writes the service files of a deployment on Cloud Run, one for each region: REGION.yaml, for
"gcloud run services replace REGION.yaml --region REGION".

Usage: npx node tools/cloud-run.ts DEPLOYMENT --out FOLDER [--regions FILE]

  DEPLOYMENT      such as deploy/cloud-run/production.yaml
  --out FOLDER    folder to write to; created if it is missing
  --regions FILE  regions and the upstream of each (default: deploy/cloud-run/regions.yaml)
  --help          print this help

Exit codes: 0 success, 1 the files have errors (nothing is written), 2 usage error.
`;

/**
 * The services of a deployment, as YAML, by region.
 *
 * @throws InputError with every problem of the files
 */
export function cloudRunServices(deploymentFile: string, regionsFile: string): Map<string, string> {
  const regions = readChecked(regionsFile, REGIONS);
  const schema = DEPLOYMENT.superRefine((deployment, context) => {
    for (const [at, region] of Object.entries(
      deployment.regions === 'all' ? [] : deployment.regions,
    ))
      if (!Object.hasOwn(regions, region))
        context.addIssue({
          code: 'custom',
          path: ['regions', Number(at)],
          message: `${JSON.stringify(region)} is not a region of ${regionsFile}`,
        });
  });
  const deployment = readChecked(deploymentFile, schema);
  const wanted = deployment.regions === 'all' ? Object.keys(regions) : deployment.regions;
  return new Map(
    wanted.map((region) => [
      region,
      stringify(cloudRunService(deployment, region, regions[region]), { lineWidth: 0 }),
    ]),
  );
}

function options(): { file: string; out: string; regions: string } | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        regions: { type: 'string', default: join(ROOT, 'deploy/cloud-run/regions.yaml') },
        help: { type: 'boolean', default: false },
      },
    });
    const [file, ...more] = positionals;
    if (values.help) return '';
    if (file === undefined || more.length > 0)
      return 'expected one file, such as deploy/cloud-run/production.yaml';
    if (values.out === undefined) return 'expected --out FOLDER';
    return { file, out: values.out, regions: values.regions };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Runs the command, and returns its exit code. */
function main(): number {
  const chosen = options();
  if (typeof chosen === 'string') {
    if (chosen === '') process.stdout.write(HELP);
    else process.stderr.write(`cloud-run: ${chosen}; --help explains the usage\n`);
    return chosen === '' ? 0 : 2;
  }
  try {
    const services = cloudRunServices(chosen.file, chosen.regions);
    mkdirSync(chosen.out, { recursive: true });
    for (const [region, text] of services) writeFileSync(join(chosen.out, `${region}.yaml`), text);
    process.stdout.write(
      `${chosen.out}: ${services.size} ${services.size === 1 ? 'service' : 'services'}\n`,
    );
    return 0;
  } catch (error) {
    const isKnown = error instanceof InputError || (error instanceof Error && 'code' in error);
    if (!isKnown) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = main();
