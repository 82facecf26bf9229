import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { type KubernetesObject, nameOf } from '../test/deploy/kubernetes-object.ts';
import { renderedText, type Values } from '../test/deploy/rendered-chart.ts';
import { ROOT } from './source-files.ts';

/**
 * Writes what follows from other files below deploy/: `npm run deploy:render`, which needs Go and the packages of
 * test/parts/install.sh. A test holds the result.
 *
 * - The chart's copies of the rules and the dashboard. A chart must be whole in its own directory.
 * - The plain manifests below deploy/kustomize, which are the chart with the values of deploy/kustomize/values.yaml.
 */
const COPIES: Readonly<Record<string, string>> = {
  'deploy/helm/archeio/files/archeio.rules.yaml': 'deploy/prometheus/archeio.rules.yaml',
  'deploy/helm/archeio/files/archeio.json': 'deploy/grafana/archeio.json',
};

const KUSTOMIZE = 'deploy/kustomize';
/** The folders whose files are all generated. */
const GENERATED = ['base', 'monitoring', 'mirror', 'first-copy'] as const;

/** Only for objects that Helm manages. */
const HELM_ONLY = /^ +(?:app\.kubernetes\.io\/managed-by|helm\.sh\/chart): .*\n/gm;
/** The hash in the name of the Job, which only Helm needs. */
const HASH = /(?<=name: archeio-first-copy)-[0-9a-f]{8}$/gm;

/** The text of each object, by kind and name. */
async function documents(values: Values): Promise<Map<string, string>> {
  const text = (await renderedText(values)).replaceAll(HELM_ONLY, '').replaceAll(HASH, '');
  return new Map(
    text
      .split(/^---\n# Source: .*\n/m)
      .filter((document) => document !== '')
      .map((document) => {
        const object: KubernetesObject = parse(document);
        return [nameOf(object), document];
      }),
  );
}

/** The files of a folder: one for each object that the others do not have. */
function folder(
  name: string,
  all: ReadonlyMap<string, string>,
  others: ReadonlyMap<string, string>,
): [string, string][] {
  const own = [...all].filter(([object]) => !others.has(object));
  const header = `# Generated from deploy/helm/archeio by \`npm run deploy:render\`: change overlays instead.\n`;
  const files = own.map(([object, text]): [string, string] => {
    const [kind = '', ...rest] = object.toLowerCase().replace(' archeio', '').split('-');
    return [`${[kind, ...rest].join('-')}.yaml`, header + text];
  });
  const resources = files.map(([file]) => `  - ${file}\n`).join('');
  const kustomization = `${header}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${resources}`;
  return [...files, ['kustomization.yaml', kustomization] as [string, string]].map(
    ([file, text]) => [`${KUSTOMIZE}/${name}/${file}`, text],
  );
}

/** What every generated file should have, by its path. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const values: Readonly<Record<string, Values>> = parse(
    readFileSync(join(ROOT, KUSTOMIZE, 'values.yaml'), 'utf8'),
  );
  const { image, mirror, ...monitoring } = values;
  const { firstCopy, ...regular } = mirror;
  const base = await documents({ image });
  const mirrored = await documents({ image, mirror: regular });
  const watched = await documents({ image, ...monitoring });
  const first = await documents({ image, mirror: { ...regular, firstCopy } });
  return new Map([
    ...Object.entries(COPIES).map(
      ([copy, original]) => [copy, readFileSync(join(ROOT, original), 'utf8')] as const,
    ),
    ...folder('base', base, new Map()),
    ...folder('monitoring', watched, base),
    ...folder('mirror', mirrored, base),
    ...folder('first-copy', first, mirrored),
  ]);
}

/** The paths of the files that are there and must be generated. */
export function presentFiles(): string[] {
  return [
    ...Object.keys(COPIES),
    ...GENERATED.flatMap((name) =>
      readdirSync(join(ROOT, KUSTOMIZE, name)).map((file) => `${KUSTOMIZE}/${name}/${file}`),
    ),
  ];
}

if (import.meta.main) {
  // Before the chart is rendered, which reads them.
  for (const [copy, original] of Object.entries(COPIES))
    writeFileSync(join(ROOT, copy), readFileSync(join(ROOT, original)));
  const files = await generatedFiles();
  for (const name of GENERATED)
    rmSync(join(ROOT, KUSTOMIZE, name), { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  process.stdout.write(`written: ${files.size} files\n`);
}
