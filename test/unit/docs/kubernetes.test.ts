/** Whether the manifests are what Kubernetes takes, by models made of its OpenAPI description, and whether they fit together. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { SHUTDOWN_LIMIT_MS } from '../../../shared/cli/lifecycle.ts';
import { contentOf, KUBERNETES, readKustomization, readManifests } from '../../support/containers/manifests.ts';
import type { Container, Manifest, Probe } from '../../support/containers/manifests.ts';
import { repository } from '../../support/paths.ts';

const manifests = readManifests();
const named = manifests.map((manifest) => ({ title: `${manifest.file}: ${manifest.kind} ${manifest.metadata.name}`, manifest }));
const pods = manifests.flatMap((manifest) => (manifest.spec?.template === undefined ? [] : [{ manifest, labels: manifest.spec.template.metadata.labels, spec: manifest.spec.template.spec }]));
const containers = pods.flatMap(({ manifest, spec }) => spec.containers.map((container) => ({ title: `${manifest.file}: ${container.name}`, container, spec, manifest })));
const ours = containers.filter(({ container }) => container.image === 'sipcast');
const load = createRequire(import.meta.url);

/** The models' folders are named as groups and versions are. */
const moduleOf = ({ apiVersion }: { apiVersion: string }) => `kubernetes-models/${apiVersion}`;

/** Types, formats and what must be there. */
function complaint(manifest: Manifest): string | undefined {
  const models = load(moduleOf(manifest)) as Record<string, new (data: object) => { validate(): void }>;
  const Model = models[manifest.kind];
  if (Model === undefined) return `${manifest.apiVersion} has no ${manifest.kind}`;
  try {
    new Model(contentOf(manifest)).validate();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Fields that there are not: the models' types know them, and the compiler looks for others in what is written out. */
function unknownFields(all: readonly Manifest[]): string[] {
  const file = join(repository, 'test/manifests-as-code.ts');
  const text = all.map((manifest, index) => `import type { I${manifest.kind} as K${index} } from '${moduleOf(manifest)}';\nexport const m${index}: K${index} = ${JSON.stringify(contentOf(manifest))};`).join('\n');
  const options: ts.CompilerOptions = { strict: true, noEmit: true, skipLibCheck: true, types: [], module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2023 };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? text : readFile(name));
  host.getSourceFile = (name, ...rest) => (name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023) : getSourceFile(name, ...rest));
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('the manifests', () => {
  it.each(named)('$title is valid', ({ manifest }) => expect(complaint(manifest)).toBeUndefined());

  it('have no field that Kubernetes does not know', { timeout: 60_000 }, () => expect(unknownFields(manifests)).toEqual([]));

  it('would be found at fault', { timeout: 60_000 }, () => {
    const front = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'front')!;
    const [pod] = pods.filter(({ manifest }) => manifest === front);
    const changed = (container: object): Manifest => ({ ...front, spec: { ...front.spec, template: { ...front.spec!.template!, spec: { ...pod!.spec, containers: [{ ...pod!.spec.containers[0]!, ...container }] } } } });
    expect(complaint(changed({ image: 7 }))).toContain('image must be string');
    expect(complaint({ ...front, kind: 'Deploymend' })).toContain('no Deploymend');
    expect(unknownFields([changed({ livenessProb: {} })]).join()).toContain('livenessProb');
  });

  it('are all named by kustomization.yaml', () => {
    expect(readKustomization().resources.sort()).toEqual([...new Set(manifests.map(({ file }) => file))].sort());
  });
});

describe('what they name is there', () => {
  const has = (kind: string, name: string) => manifests.some((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  const selects = (selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>) => Object.entries(selector).every(([name, value]) => labels[name] === value);

  it.each(manifests.filter(({ kind }) => ['Service', 'PodDisruptionBudget', 'Deployment', 'StatefulSet'].includes(kind)).map((manifest) => ({ title: `${manifest.kind} ${manifest.metadata.name}`, manifest })))('pods of $title', ({ manifest: { spec } }) => {
    const selector = spec?.selector?.matchLabels ?? spec?.selector ?? {};
    const chosen = pods.filter(({ labels }) => selects(selector, labels));
    expect(chosen.length).toBe(1);
    const ports = chosen.flatMap((pod) => pod.spec.containers.flatMap((container) => container.ports.map(({ name }) => name)));
    for (const { targetPort } of spec?.ports ?? []) expect(ports).toContain(targetPort);
    if (spec?.serviceName !== undefined) expect(has('Service', spec.serviceName)).toBe(true);
  });

  it('targets of autoscalers', () => {
    const targets = manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map(({ spec }) => spec?.scaleTargetRef);
    expect(targets.map((target) => target?.name).sort()).toEqual(['front', 'relay']);
    for (const target of targets) expect(has(target!.kind, target!.name)).toBe(true);
  });

  it.each(containers)('ports of probes, volumes, settings and secrets of $title', ({ container, spec, manifest }) => {
    const ports = container.ports.map(({ name }) => name);
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) if (portOf(probe) !== undefined) expect(ports).toContain(portOf(probe));
    const volumes = [...(spec.volumes ?? []), ...(manifest.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata)].map(({ name }) => name);
    for (const { name } of container.volumeMounts ?? []) expect(volumes).toContain(name);
    const maps = [...(container.envFrom ?? []).map(({ configMapRef }) => configMapRef.name), ...(spec.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? [])];
    for (const map of maps) expect(has('ConfigMap', map)).toBe(true);
    const keys = [...readFileSync(join(KUBERNETES, 'README.md'), 'utf8').matchAll(/--from-literal=([\w-]+)=/g)].map(([, key]) => key);
    for (const { name, value, valueFrom } of container.env ?? []) {
      if (valueFrom?.secretKeyRef) expect(keys).toContain(valueFrom.secretKeyRef.key);
      // No secret stands in a manifest.
      if (/SECRET|PASSWORD|DATABASE|DIRECTORY/.test(name)) expect(value).toBeUndefined();
    }
    expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
  });
});

describe('our containers', () => {
  it.each(ours)('$title: is asked for its health, and has the time to drain', ({ container, spec }) => {
    expect(container.readinessProbe.httpGet?.path).toBe('/readyz');
    expect(container.livenessProbe.httpGet?.path).toBe('/healthz');
    const args = container.args ?? [];
    const drain = Number(args[args.indexOf('--drain') + 1]);
    expect(drain).toBeGreaterThan(0);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(drain + SHUTDOWN_LIMIT_MS / 1000);
  });

  it.each(ours.filter(({ spec }) => spec.hostNetwork))('$title: is at the node’s own ports', ({ container }: { container: Container }) => {
    for (const { containerPort, hostPort } of container.ports) expect(hostPort).toBe(containerPort);
    const settings = manifests.find(({ metadata }) => metadata.name === 'sipcast-media')?.data ?? {};
    const [first, last] = (settings['SIPCAST_MEDIA_PORT_RANGE'] ?? '').split('-').map(Number);
    const media = container.ports.filter(({ name }) => name.startsWith('media-')).map(({ containerPort }) => containerPort);
    expect(media).toEqual(Array.from({ length: last! - first! + 1 }, (_, index) => first! + index));
    expect(container.ports.find(({ name }) => name === 'sip')?.containerPort).toBe(Number(settings['SIPCAST_UDP_PORT']));
  });
});

function portOf(probe: Probe | undefined): string | undefined {
  return probe?.httpGet?.port ?? probe?.tcpSocket?.port;
}
