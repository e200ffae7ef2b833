/** What compose.yaml and the Dockerfile would run, read from the files themselves, for machines without a container engine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repository } from '../paths.ts';

export interface ComposedService {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

interface ComposeFile {
  services: Record<string, { profiles?: string[]; command: [string, ...string[]]; environment?: Record<string, string>; depends_on?: string[]; network_mode: string; volumes: string[] }>;
  volumes: Record<string, null>;
}

const VARIABLE = /\$\{(\w+):-([^}]*)\}/g;

/** The services of compose.yaml, those of profiles left out, with `${NAME:-default}` filled in, as Compose does it, in the order in which services depend on each other. */
export function readCompose(variables: Readonly<Record<string, string>>): Map<string, ComposedService> {
  const text = readFileSync(join(repository, 'compose.yaml'), 'utf8').replaceAll(VARIABLE, (_, name: string, usual: string) => variables[name] ?? usual);
  const { services } = parse(text, { merge: true }) as ComposeFile;
  // What has a profile comes only to those who ask for it.
  const usual = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);
  const ordered = usual.sort(([, a], [, b]) => (a.depends_on?.length ?? 0) - (b.depends_on?.length ?? 0));
  return new Map(ordered.map(([name, { command, environment = {} }]) => [name, { command, environment }]));
}

/** The lines of the Dockerfile, those that are continued joined. */
export function dockerfileLines(): string[] {
  return readFileSync(join(repository, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '').split('\n');
}

/** The last stage of the Dockerfile. */
function lastStage(): string[] {
  const lines = dockerfileLines();
  return lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
}

/** What the image sets in the environment. */
export function imageEnvironment(): Record<string, string> {
  const settings = lastStage().filter((line) => line.startsWith('ENV ')).flatMap((line) => line.slice('ENV '.length).trim().split(/\s+/));
  return Object.fromEntries(settings.map((setting) => setting.split('=', 2) as [string, string]));
}

/** The program that says whether a container is healthy, and its arguments. */
export function healthCheck(): readonly [string, ...string[]] {
  const line = lastStage().find((each) => each.startsWith('HEALTHCHECK ')) ?? '';
  return JSON.parse(line.slice(line.indexOf('CMD ') + 'CMD '.length)) as [string, ...string[]];
}

/** Whom processes of the image run as. */
export function imageUser(): string | undefined {
  return lastStage().find((line) => line.startsWith('USER '))?.slice('USER '.length);
}
