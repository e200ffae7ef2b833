/** What Prometheus' own tool says of our metrics, rules and settings; and that dashboards and rules speak of metrics that there are. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Client } from '../support/front/client.ts';
import { namesIn, readExposition } from '../support/metrics/scrape.ts';
import { repository } from '../support/paths.ts';
import { offerOf } from '../support/sdp-fixtures.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks, toolPath } from '../support/tools/system-tools.ts';

const OPERATIONS = join(repository, 'docs', 'operations');
const DASHBOARD = join(OPERATIONS, 'grafana', 'dashboards', 'sipcast.json');

/** The relay has it in its arguments as well, before its source. */
const FILM = join(repository, 'data', 'sample.webm');

let system: System;
/** What each service says, by its name. */
const texts = new Map<string, string>();

beforeAll(async () => {
  system = await startSystem({ streamers: [{ name: 'film', file: FILM }, { name: 'relay', file: FILM, args: ['--source', 'sip:film'] }], rooms: ['rooms'], ingests: ['ingest'], env: { SIPCAST_METRICS_PORT: '0' } });
  await system.streamer('film').process.child.log.waitFor(({ text }) => text.includes('registered as'));
  // So that metrics with labels have series.
  const client = new Client(system.url.replace(/\/$/, ''), 'Ana');
  expect((await client.watch('film', offerOf('chromium'))).status).toBe(200);
  await client.post('/leave');
  for (const { name, process } of system.parts) texts.set(name, await (await fetch(process.addresses['metrics'] ?? '')).text());
});
afterAll(() => system.stop());

function promtool(args: readonly string[], input?: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(toolPath('promtool'), args, { encoding: 'utf8', cwd: OPERATIONS, ...(input === undefined ? {} : { input }) });
  return { status, said: stdout + stderr };
}

describe.skipIf(lacks('promtool'))('promtool', () => {
  it.each(['signaling', 'film', 'relay', 'rooms', 'ingest', 'front'])('has nothing against the metrics of %s', (name) => {
    const text = texts.get(name) ?? '';
    expect(readExposition(text).size).toBeGreaterThan(20);
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, said: '' });
  });

  it('finds fault where there is one', () => {
    expect(promtool(['check', 'metrics'], '# HELP a_total A\n# TYPE a_total gauge\na_total 1\n').status).not.toBe(0);
  });

  it('accepts the settings and the rules, which say what their tests expect', () => {
    for (const args of [['check', 'config', 'prometheus.yml'], ['check', 'rules', 'rules.yml'], ['test', 'rules', 'rules.test.yml']]) {
      const { status, said } = promtool(args);
      expect(status, said).toBe(0);
    }
  });
});

describe('every expression', () => {
  /** Names in PromQL that could be a metric's: not a function's, a label's or a duration's. */
  const metricsIn = (expression: string) => [...expression.replaceAll(/\{[^}]*\}|\[[^\]]*\]|(?:by|ignoring|on) *\([^)]*\)/g, ' ').matchAll(/\b(?:sipcast|nodejs|process|up)[a-z_\d]*\b/g)].map(([name]) => name);
  const known = () => new Set(['up', ...[...texts.values()].flatMap((text) => [...namesIn(readExposition(text)), ...[...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)])]);

  it('of the dashboard is about metrics that there are', () => {
    const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { panels: { title: string; targets?: { expr: string }[] }[] };
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(30);
    for (const expression of expressions) expect(metricsIn(expression).length, expression).toBeGreaterThan(0);
    const unknown = expressions.flatMap(metricsIn).filter((name) => !known().has(name));
    expect(unknown).toEqual([]);
  });

  it('of the rules is about metrics that there are', () => {
    const { groups } = parse(readFileSync(join(OPERATIONS, 'rules.yml'), 'utf8')) as { groups: { rules: { alert: string; expr: string }[] }[] };
    const expressions = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
    for (const expression of expressions) expect(metricsIn(expression).length, expression).toBeGreaterThan(0);
    expect(expressions.flatMap(metricsIn).filter((name) => !known().has(name))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  it('serves the metrics where prometheus.yml looks for them', () => {
    const compose = readFileSync(join(repository, 'compose.yaml'), 'utf8');
    const { scrape_configs: [{ static_configs: targets }] } = parse(readFileSync(join(OPERATIONS, 'prometheus.yml'), 'utf8')) as { scrape_configs: [{ static_configs: { targets: string[]; labels: { service: string } }[] }] };
    expect(targets.map(({ labels, targets: [target = ''] }) => [labels.service, target.split(':')[1]])).toEqual(
      ['signaling', 'streamer', 'rooms', 'front', 'ingest'].map((service) => [service, new RegExp(`SIPCAST_${service.toUpperCase()}_METRICS_PORT:-(\\d+)`).exec(compose)?.[1]]),
    );
  });
});
