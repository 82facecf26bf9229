/** The origin of a value, in order of precedence. */
export type Provenance =
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | {
      readonly kind: 'file' | 'preset';
      readonly file: string;
      readonly line: number;
      readonly column: number;
    }
  | { readonly kind: 'default' };

/** In words: `flag --port`, `environment PORT`, `archeio.yaml:12`, `preset registry.k8s.io:12`, `default`. */
export function formatProvenance(provenance: Provenance): string {
  switch (provenance.kind) {
    case 'flag':
      return `flag ${provenance.name}`;
    case 'environment':
      return `environment ${provenance.variable}`;
    case 'file':
    case 'preset':
      return `${provenance.file}:${provenance.line}`;
    case 'default':
      return 'default';
  }
}
