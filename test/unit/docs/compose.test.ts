/** Whether the files for Compose are what its specification says, by the schema of the Compose project. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { filledIn, readCompose } from '../../support/containers/compose.ts';
import { repository } from '../../support/paths.ts';

interface Composed {
  services: Record<string, { healthcheck?: { test: string[] }; image: string; environment?: Record<string, string>; depends_on?: string[] | Record<string, { condition: string }> }>;
  volumes: Record<string, unknown>;
}

const FILES = readdirSync(repository).filter((name) => /^compose.*\.yaml$/.test(name));
/** Names of what has no default; what they hold appears nowhere in the file. */
const SECRETS = { SIPCAST_SECRET: 'secret-1', REDIS_PASSWORD: 'secret-2', POSTGRES_PASSWORD: 'secret-3' };

// dclint brings the schema of https://github.com/compose-spec/compose-spec.
const schema = JSON.parse(readFileSync(join(repository, 'node_modules/dclint/schemas/compose.schema.json'), 'utf8')) as Record<string, unknown>;
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
delete schema['$schema'];
const fits = ajv.compile(schema);

function complaints(file: unknown): string[] {
  fits(file);
  return (fits.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

const read = (name: string) => parse(filledIn(name, SECRETS), { merge: true }) as Composed;

describe('files for Compose', () => {
  it('are two', () => expect(FILES.sort()).toEqual(['compose.scale.yaml', 'compose.yaml']));

  it.each(FILES)('%s is what the specification allows', (name) => {
    expect(complaints(read(name))).toEqual([]);
  });

  it('would be found at fault', () => {
    const file = read('compose.yaml');
    expect(complaints({ ...file, services: { ...file.services, front: { ...file.services['front'], restarts: 'always' } } }).join()).toContain('must NOT have additional properties');
    expect(complaints({ ...file, services: { front: { image: 7 } } }).join()).toContain('must be string');
  });
});

describe('compose.scale.yaml', () => {
  const file = read('compose.scale.yaml');

  it('has several of each, and the engines that they share', () => {
    expect(Object.keys(file.services).sort()).toEqual(['front-1', 'front-2', 'nginx', 'origin', 'postgres', 'redis', 'relay-1', 'relay-2', 'relay-3', 'signaling-1', 'signaling-2', 'signaling-3']);
    const order = [...readCompose(SECRETS, 'compose.scale.yaml').keys()];
    for (const [name, { depends_on: others = {} }] of Object.entries(file.services)) for (const other of Array.isArray(others) ? others : Object.keys(others)) expect(order.indexOf(other), `${other} before ${name}`).toBeLessThan(order.indexOf(name));
  });

  it('takes secrets from the environment alone, and does not start without', () => {
    for (const name of Object.keys(SECRETS)) expect(() => filledIn('compose.scale.yaml', { ...SECRETS, [name]: undefined })).toThrow(name);
    const text = readFileSync(join(repository, 'compose.scale.yaml'), 'utf8');
    for (const [, value = ''] of text.matchAll(/(?:PASSWORD|SECRET): +"?([^"\n]+)/g)) expect(value).toMatch(/^\$\{\w+:\?/);
    for (const { command } of readCompose(SECRETS, 'compose.scale.yaml').values()) expect(command.join(' ')).not.toMatch(/secret-\d/);
  });

  it('checks the health of each: services of the image by the image’s own check, at the port that they are given', () => {
    for (const [name, { image, healthcheck, environment = {} }] of Object.entries(file.services)) {
      if (image === 'sipcast') expect(environment['SIPCAST_METRICS_PORT'], name).toMatch(/^\d+$/);
      else expect(healthcheck?.test.length, name).toBeGreaterThan(1);
    }
  });

  it('gives no two services a port, and each relay a name of its own', () => {
    const metrics = Object.values(file.services).flatMap(({ environment }) => environment?.['SIPCAST_METRICS_PORT'] ?? []);
    expect(new Set(metrics).size).toBe(metrics.length);
    const replicas = Object.values(file.services).flatMap(({ environment }) => environment?.['SIPCAST_REPLICA'] ?? []);
    expect(replicas).toEqual(['relay-1', 'relay-2', 'relay-3']);
  });

  it('has every daemon preferred by somebody', () => {
    const lists = Object.values(file.services).flatMap(({ environment }) => environment?.['SIPCAST_SIGNALING_HOST'] ?? []);
    const daemons = ['127.0.0.1:5061', '127.0.0.1:5062', '127.0.0.1:5063'];
    for (const list of lists) expect(list.split(',').sort()).toEqual(daemons);
    expect(new Set(lists.map((list) => list.split(',')[0]))).toEqual(new Set(daemons));
  });
});
