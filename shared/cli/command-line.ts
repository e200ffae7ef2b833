/** Reads a command line: arguments and options as they are declared. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { optionName } from './parameter.ts';
import type { Parameter } from './parameter.ts';
import { UsageError } from './usage-error.ts';

export interface CommandLine {
  /** As it is called: `front`, `sipcast start`. */
  name: string;
  description: string;
  version: string;
  parameters: readonly Parameter[];
}

/** The command line asked for a text (--help, --version) and nothing else. */
export class TextRequested extends Error {
  override readonly name = 'TextRequested';
  readonly text: string;
  constructor(text: string) {
    super('a text was asked for');
    this.text = text;
  }
}

/** What the command line says of a parameter: the text, and what its parser makes of it. */
export interface Given {
  readonly text: string;
  readonly value: unknown;
}

/**
 * What stands on the command line, by the parameters' keys.
 * @throws UsageError with one line that says what is wrong and what was expected
 * @throws TextRequested for --help and --version
 */
export function parseArguments(line: CommandLine, argv: readonly string[]): Map<string, Given> {
  let output = '';
  const given = new Map<string, Given>();
  const command = buildCommand(line, (parameter, origin, text) => {
    const value = parseOrRefuse(parameter, `${origin} `, text);
    given.set(parameter.key, { text, value });
    return value;
  }).configureOutput({
    writeOut: (part) => (output += part),
    writeErr: () => undefined,
  });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) throw new TextRequested(output);
    throw new UsageError(oneLine(error.message), { cause: error });
  }
  for (const { key, kind } of line.parameters) {
    const value: unknown = kind === 'flag' ? command.getOptionValue(key) : undefined;
    if (typeof value === 'boolean') given.set(key, { text: String(value), value });
  }
  return given;
}

type Take = (parameter: Parameter, origin: string, text: string) => unknown;

function buildCommand({ name, description, version, parameters }: CommandLine, take: Take): Command {
  const command = new Command(name)
    .description(description)
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this text')
    .configureHelp({ helpWidth: 110 })
    .exitOverride();
  for (const parameter of parameters) {
    if (parameter.kind === 'argument') command.addArgument(commanderArgument(parameter, take));
    else command.addOption(commanderOption(parameter, take));
    // What the environment or a file has switched on can be switched off.
    if (parameter.kind === 'flag') command.addOption(new Option(optionName(parameter.key).replace('--', '--no-')).default(undefined).hideHelp());
  }
  return command;
}

function commanderArgument(parameter: Parameter, take: Take): Argument {
  return new Argument(`[${parameter.placeholder}]`, describe(parameter)).argParser((text: string) => take(parameter, parameter.placeholder, text));
}

function commanderOption(parameter: Parameter, take: Take): Option {
  const name = optionName(parameter.key);
  if (parameter.kind === 'flag') return new Option(name, parameter.description);
  return new Option(`${name} <${parameter.placeholder}>`, describe(parameter)).argParser((text: string) => take(parameter, name, text));
}

function describe(parameter: Parameter): string {
  const shown = defaultText(parameter);
  return shown === undefined || shown === '' ? parameter.description : `${parameter.description} (default: ${shown})`;
}

/** The default as one would write it, if there is one. */
export function defaultText({ fallback, parse }: Parameter): string | undefined {
  if (fallback === undefined) return undefined;
  return parse.show?.(fallback) ?? (typeof fallback === 'string' ? fallback : JSON.stringify(fallback));
}

/** @param origin what the error begins with: where the text is from @throws UsageError */
export function parseOrRefuse(parameter: Parameter, origin: string, text: string): unknown {
  try {
    return parameter.parse(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const given = parameter.parse.secret === true ? 'cannot be read' : `is '${parameter.parse.conceal?.(text) ?? text}'`;
    throw new UsageError(`${origin}${given}: ${error.message}`, { cause: error });
  }
}

function oneLine(message: string): string {
  return message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ').trim();
}
