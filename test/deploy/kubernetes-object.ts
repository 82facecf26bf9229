/** The fields of objects that these tests read. Whether a field exists at all is for closed-types.ts. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

export type Labels = Readonly<Record<string, string>>;

interface Metadata {
  readonly name: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string; readonly scheme?: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly securityContext: {
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly capabilities: { readonly drop: readonly string[] };
  };
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
    readonly readOnly?: boolean;
  }[];
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Labels; readonly annotations?: Labels };
  readonly spec: {
    readonly automountServiceAccountToken: boolean;
    readonly serviceAccountName: string;
    readonly enableServiceLinks: boolean;
    readonly terminationGracePeriodSeconds?: number;
    readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
    readonly containers: readonly [Container];
    readonly topologySpreadConstraints?: readonly { readonly labelSelector: Selector }[];
    readonly volumes: readonly {
      readonly name: string;
      readonly configMap?: { readonly name: string };
      readonly secret?: { readonly secretName: string };
      readonly emptyDir?: { readonly sizeLimit: string };
    }[];
  };
}

export interface Selector {
  readonly matchLabels: Labels;
}

interface Specs {
  readonly Deployment: { replicas?: number; selector: Selector; template: PodTemplate };
  readonly CronJob: {
    suspend: boolean;
    concurrencyPolicy: string;
    jobTemplate: { spec: { template: PodTemplate } };
  };
  readonly Job: {
    completionMode: string;
    completions: number;
    parallelism: number;
    template: PodTemplate;
  };
  readonly Service: {
    selector: Labels;
    clusterIP?: string;
    ports: readonly { name: string; port: number; targetPort: string }[];
  };
  readonly HorizontalPodAutoscaler: {
    scaleTargetRef: { kind: string; name: string };
    minReplicas: number;
    maxReplicas: number;
  };
  readonly PodDisruptionBudget: { maxUnavailable: number; selector: Selector };
  readonly NetworkPolicy: {
    podSelector: Selector;
    policyTypes: readonly string[];
    ingress?: readonly Rule[];
    egress?: readonly Rule[];
  };
  readonly ServiceMonitor: {
    jobLabel: string;
    selector: Selector;
    endpoints: readonly { port: string; path: string }[];
  };
  readonly PrometheusRule: { groups: readonly unknown[] };
}

export interface Rule {
  readonly ports: readonly { readonly protocol: string; readonly port: string | number }[];
  readonly from?: readonly {
    readonly ipBlock?: { readonly cidr: string };
    readonly namespaceSelector?: Selector;
  }[];
  readonly to?: readonly unknown[];
}

/** A name for messages, unique within a rendering. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}

/** The objects of a kind. */
export function ofKind<Kind extends keyof Specs>(
  objects: readonly KubernetesObject[],
  kind: Kind,
): (KubernetesObject & { readonly spec: Specs[Kind] })[] {
  return objects.filter(
    (each): each is KubernetesObject & { readonly spec: Specs[Kind] } => each.kind === kind,
  );
}

/** The data of the ConfigMap with this name. */
export function configMap(objects: readonly KubernetesObject[], name: string): Labels {
  const found = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name,
  );
  if (found === undefined) throw new Error(`there is no ConfigMap ${name}`);
  return (found as KubernetesObject & { readonly data: Labels }).data;
}

/** The pod of each workload, with its name. */
export function podsOf(objects: readonly KubernetesObject[]): [string, PodTemplate][] {
  return [
    ...ofKind(objects, 'Deployment').map((each) => [nameOf(each), each.spec.template] as const),
    ...ofKind(objects, 'Job').map((each) => [nameOf(each), each.spec.template] as const),
    ...ofKind(objects, 'CronJob').map(
      (each) => [nameOf(each), each.spec.jobTemplate.spec.template] as const,
    ),
  ].map(([name, pod]) => [name, pod]);
}

/** Whether a selector selects something with these labels. */
export function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
