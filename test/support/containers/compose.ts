/** What compose.yaml and the Dockerfile would run, read from the files themselves, for machines without a container engine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repository } from '../paths.ts';

export interface ComposedService {
  readonly image: string;
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

interface ComposeFile {
  services: Record<string, { image: string; profiles?: string[]; command?: [string, ...string[]]; environment?: Record<string, string>; depends_on?: string[] | Record<string, unknown> }>;
}

/** `${NAME:-default}`, and `${NAME:?why}`, which has none. */
const VARIABLE = /\$\{(\w+):([-?])([^}]*)\}/g;

/** The text of a compose file with its variables filled in, as Compose does it. Throws where one that has no default is not given. */
export function filledIn(file: string, variables: Readonly<Record<string, string>>): string {
  return readFileSync(join(repository, file), 'utf8').replaceAll(VARIABLE, (_, name: string, kind: string, usual: string) => {
    const value = variables[name] ?? (kind === '-' ? usual : undefined);
    if (value === undefined) throw new Error(`${name}: ${usual}`);
    return value;
  });
}

/** The services of a compose file, those of profiles left out, in the order in which services depend on each other. */
export function readCompose(variables: Readonly<Record<string, string>>, file = 'compose.yaml'): Map<string, ComposedService> {
  const { services } = parse(filledIn(file, variables), { merge: true }) as ComposeFile;
  const ordered = new Map<string, ComposedService>();
  const add = (name: string): void => {
    const service = services[name];
    // What has a profile comes only to those who ask for it.
    if (service === undefined || service.profiles !== undefined || ordered.has(name)) return;
    const { image, command, environment = {}, depends_on: others = [] } = service;
    for (const other of Array.isArray(others) ? others : Object.keys(others)) add(other);
    ordered.set(name, { image, command: (command ?? []).map((word) => word.replaceAll('$$', '$')) as [string, ...string[]], environment });
  };
  for (const name of Object.keys(services)) add(name);
  return ordered;
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
