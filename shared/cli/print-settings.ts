/** --print-config: the settings that hold as a file of settings, with a comment on where each is from. */
import { stringify } from 'yaml';
import type { CommandLine } from './command-line.ts';
import { kebab } from './parameter.ts';
import type { Setting } from './setting.ts';

/** What is read back as it is printed; secrets and what is not set stand in comments. */
export function printSettings({ name, version }: CommandLine, settings: readonly Setting[]): string {
  return [`# ${name} ${version}`, ...settings.map(lineOf)].join('\n') + '\n';
}

function lineOf({ parameter, value, text, where }: Setting): string {
  const key = kebab(parameter.key);
  if (value === undefined) return `# ${key}:  # not set`;
  if (parameter.parse.secret === true) return `# ${key}: (not shown)  # ${where}`;
  const shown = parameter.parse.conceal?.(text) ?? text;
  // What is shown in part is not to be read back.
  if (shown !== text) return `# ${key}: ${shown}  # ${where}`;
  return `${key}: ${typeof value === 'number' || typeof value === 'boolean' ? text : scalar(text)}  # ${where}`;
}

function scalar(text: string): string {
  return stringify(text, { defaultStringType: 'PLAIN', lineWidth: 0, blockQuote: false }).trimEnd();
}
