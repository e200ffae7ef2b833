/** The manifests for Kubernetes, as the files say them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { repository } from '../paths.ts';

export const KUBERNETES = join(repository, 'docs/operations/kubernetes');

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { name: string; key: string }; readonly fieldRef?: { fieldPath: string } };
}

export interface Probe {
  readonly httpGet?: { path: string; port: string };
  readonly tcpSocket?: { port: string };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly envFrom?: readonly { configMapRef: { name: string } }[];
  readonly ports: readonly { name: string; containerPort: number; hostPort?: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly volumeMounts?: readonly { name: string }[];
}

export interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly containers: readonly Container[];
  readonly volumes?: readonly { name: string; configMap?: { name: string } }[];
}

/** As much of any kind as tests look at. */
export interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly serviceName?: string;
    readonly selector?: Readonly<Record<string, string>> & { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly ports?: readonly { targetPort: string }[];
    readonly scaleTargetRef?: { kind: string; name: string };
    readonly template?: { readonly metadata: { readonly labels: Readonly<Record<string, string>> }; readonly spec: PodSpec };
    readonly volumeClaimTemplates?: readonly { metadata: { name: string } }[];
  };
}

/** All but kustomization.yaml, which only names the others. */
export function readManifests(): Manifest[] {
  const files = readdirSync(KUBERNETES).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
  return files.flatMap((file) => parseAllDocuments(readFileSync(join(KUBERNETES, file), 'utf8')).map((document) => ({ ...(document.toJS() as Omit<Manifest, 'file'>), file })));
}

/** The manifest as Kubernetes gets it. */
export function contentOf(manifest: Manifest): object {
  return Object.fromEntries(Object.entries(manifest).filter(([name]) => name !== 'file'));
}

export function readKustomization(): { resources: string[] } {
  return parse(readFileSync(join(KUBERNETES, 'kustomization.yaml'), 'utf8')) as { resources: string[] };
}

/** What the container's process is started with: its arguments, `$(NAME)` filled in, and its environment. */
export function processOf(container: Container, manifests: readonly Manifest[], secrets: Readonly<Record<string, string>>, fields: Readonly<Record<string, string>>): { args: string[]; environment: Record<string, string> } {
  const shared = (container.envFrom ?? []).map(({ configMapRef }) => manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name)?.data ?? {});
  const own = (container.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? secrets[valueFrom?.secretKeyRef?.key ?? ''] ?? fields[valueFrom?.fieldRef?.fieldPath ?? ''] ?? ''] as const);
  const environment = Object.assign({}, ...shared, Object.fromEntries(own)) as Record<string, string>;
  return { args: (container.args ?? []).map((word) => word.replaceAll(/\$\((\w+)\)/g, (_, name: string) => environment[name] ?? '')), environment };
}
