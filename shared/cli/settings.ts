/** What holds for a service: its command line goes before the environment, that before the file of --config, that before the defaults. */
import { defaultText, parseArguments, parseOrRefuse, TextRequested } from './command-line.ts';
import type { CommandLine, Given } from './command-line.ts';
import { textFor } from './file-value.ts';
import { flag, kebab, option } from './parameter.ts';
import type { Parameter } from './parameter.ts';
import { parseText } from './parsers.ts';
import { printSettings } from './print-settings.ts';
import type { Layer, Setting } from './setting.ts';
import { SettingsFile, SHARED_KEYS } from './settings-file.ts';
import type { FileSetting, Section } from './settings-file.ts';
import { UsageError } from './usage-error.ts';

export interface ServiceLine extends CommandLine {
  /** Its part of a file of settings; without one it reads the top level alone, and leaves what it does not know to others. */
  readonly section?: Section;
  /** Flags with which it reads another part. */
  readonly sectionOf?: Readonly<Record<string, Section>>;
}

export interface Settings {
  readonly values: Record<string, unknown>;
  /** Where the value of a key is from. */
  readonly layerOf: (key: string) => Layer;
  readonly file: SettingsFile | undefined;
  /** What the operator ought to know, a sentence each. */
  readonly warnings: readonly string[];
}

/** They say where settings are, and so are none themselves. */
const ABOUT_SETTINGS = [
  option('config', { placeholder: 'file', description: 'settings, in YAML: options by their long names; see docs/operations', parse: parseText }),
  flag('printConfig', { description: 'print the settings that hold, and where each is from, and end' }),
] as const;

/**
 * @throws UsageError with one line that says what is wrong, where, and what was expected
 * @throws TextRequested for --help, --version and --print-config
 */
export function readSettings(line: ServiceLine, argv: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const given = parseArguments({ ...line, parameters: [...line.parameters, ...ABOUT_SETTINGS] }, argv);
  const said = (parameter: Parameter) => given.get(parameter.key) ?? fromEnvironment(parameter, env);
  const [config, printConfig] = ABOUT_SETTINGS;
  const path = said(config)?.value as string | undefined;
  const file = path === undefined ? undefined : SettingsFile.open(path);
  const written = file === undefined ? new Map<string, FileSetting>() : settingsFor(line, file, (key) => line.parameters.some((each) => each.key === key && said(each)?.value === true));
  const settings = line.parameters.map((parameter) => layered(parameter, given, env, written.get(kebab(parameter.key))));
  if (said(printConfig)?.value === true) throw new TextRequested(printSettings(line, settings));
  return {
    values: Object.fromEntries(settings.map(({ parameter, value }) => [parameter.key, value])),
    layerOf: (key) => settings.find(({ parameter }) => parameter.key === key)?.layer ?? 'default',
    file,
    warnings: file?.readableByAll === true ? settings.filter(isSecretOfFile).map((setting) => exposed(setting, file.path)) : [],
  };
}

function layered(parameter: Parameter, given: ReadonlyMap<string, Given>, env: NodeJS.ProcessEnv, written: FileSetting | undefined): Setting {
  const typed = given.get(parameter.key);
  if (typed !== undefined) return { ...typed, parameter, layer: 'command line', where: 'command line' };
  const set = fromEnvironment(parameter, env);
  if (set !== undefined) return { ...set, parameter, layer: 'environment', where: parameter.environment };
  if (written !== undefined) return { ...fromFile(parameter, written), parameter, layer: 'file', where: written.where };
  return { text: defaultText(parameter) ?? '', value: parameter.fallback, parameter, layer: 'default', where: 'default' };
}

function fromEnvironment(parameter: Parameter, env: NodeJS.ProcessEnv): Given | undefined {
  const text = env[parameter.environment];
  return text === undefined || text === '' ? undefined : { text, value: parseOrRefuse(parameter, `${parameter.environment} `, text) };
}

function fromFile(parameter: Parameter, { key, value, where }: FileSetting): Given {
  const path = where.slice(0, where.lastIndexOf(':'));
  let text: string;
  try {
    text = textFor(parameter, value);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${path}: ${key}: ${error.message}`, { cause: error });
  }
  return { text, value: parseOrRefuse(parameter, `${path}: ${key} `, text) };
}

/** What the file says to this service. @throws UsageError for what it has no setting for */
function settingsFor(line: ServiceLine, file: SettingsFile, isOn: (key: string) => boolean): Map<string, FileSetting> {
  const top = file.topLevel();
  if (line.section === undefined) return top;
  const [, other] = Object.entries(line.sectionOf ?? {}).find(([key]) => isOn(key)) ?? [];
  const own = file.section(other ?? line.section);
  const known = new Set(line.parameters.map(({ key }) => kebab(key)));
  for (const { key } of own.values()) if (!known.has(key.slice(key.indexOf('.') + 1))) throw new UsageError(`${file.path}: ${key} is no setting of ${line.name}`);
  for (const name of top.keys()) {
    if (!known.has(name) && !SHARED_KEYS.includes(name)) throw new UsageError(`${file.path}: ${name} is no setting of ${line.name}; what is for another service alone stands under that one's name`);
  }
  return new Map([...top, ...own]);
}

function isSecretOfFile({ layer, parameter }: Setting): boolean {
  return layer === 'file' && parameter.parse.secret === true;
}

function exposed({ parameter }: Setting, path: string): string {
  return `every user of this machine can read ${kebab(parameter.key)} in ${path}: chmod o= ${path}`;
}
