/** What the launcher tells each service: where the others are, and what its own command line says; the rest they read where it did. */
import { join } from 'node:path';
import type { CommonSettings } from '../cli/common.ts';
import { environmentName, kebab, optionName } from '../cli/parameter.ts';
import type { Settings } from '../cli/settings.ts';
import type { Section, SettingsFile } from '../cli/settings-file.ts';
import { UsageError } from '../cli/usage-error.ts';
import { packageFolder } from '../cli/version.ts';

export type Sources = Pick<Settings, 'layerOf' | 'file'>;

const MS_PER_SECOND = 1000;

/** Handed on as they are given. */
const HANDED_ON = ['host', 'logLevel', 'logFormat'] as const satisfies readonly (keyof CommonSettings)[];

/** One service alone can have them: a file of settings has them under its name. */
const ALONE = ['name', 'udpPort', 'advertise', 'capture', 'metricsPort'] as const;

/** What belongs to one service alone is not handed down; the secret is, where other users cannot read it. */
export function environmentFor(secret: string | undefined): NodeJS.ProcessEnv {
  const env = { ...process.env, ...(secret === undefined ? {} : { SIPCAST_SECRET: secret }) };
  for (const key of ['name', 'udpPort', 'capture', 'port', 'httpPort', 'file', 'printConfig'] as const) Reflect.deleteProperty(env, environmentName(key));
  return env;
}

/** @throws UsageError for settings in the file that two services cannot share */
export function commonArguments(settings: CommonSettings, { layerOf, file }: Sources): string[] {
  const top = file?.topLevel();
  const shared = ALONE.map(kebab).find((name) => top?.has(name) === true);
  if (shared !== undefined) throw new UsageError(`${file?.path ?? ''}: ${shared} would be the same for all services: put it under the one that it is for`);
  const typed = HANDED_ON.filter((key) => layerOf(key) === 'command line').flatMap((key) => [optionName(key), settings[key]]);
  if (layerOf('drain') === 'command line') typed.push(optionName('drain'), String(settings.drain / MS_PER_SECOND));
  return [...typed, ...(file === undefined ? [] : ['--config', file.path])];
}

/** What the streamer plays: the sample clip unless the file says something else. */
export function fileToPlay(file: SettingsFile | undefined): string {
  return file?.textOf('streamer', 'file') ?? join(packageFolder(), 'data', 'sample.webm');
}

/** A second system beside the first keeps a file of its own; one that the operator chose is left as it is. */
export function ownFile(sources: Sources, section: Section, key: 'directory' | 'database', path: string): string[] {
  if (process.env[environmentName(key)] !== undefined || sources.file?.textOf(section, key) !== undefined) return [];
  return [optionName(key), path];
}
