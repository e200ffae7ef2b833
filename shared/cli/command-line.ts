/** Reads a command line: arguments and options as declared, then the environment, then the defaults. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { optionName } from './parameter.ts';
import type { Parameter } from './parameter.ts';
import { UsageError } from './usage-error.ts';

export interface CommandLine {
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

/**
 * The value of each parameter by its key.
 * @throws UsageError with one line that says what is wrong and what was expected
 * @throws TextRequested for --help and --version
 */
export function readCommandLine(line: CommandLine, argv: readonly string[], env: NodeJS.ProcessEnv): Record<string, unknown> {
  let text = '';
  const command = buildCommand(line).configureOutput({
    writeOut: (part) => (text += part),
    writeErr: () => undefined,
  });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) throw new TextRequested(text);
    throw new UsageError(oneLine(error.message), { cause: error });
  }
  return collect(command, line.parameters, env);
}

function buildCommand({ name, description, version, parameters }: CommandLine): Command {
  const command = new Command(name)
    .description(description)
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this text')
    .configureHelp({ helpWidth: 110 })
    .exitOverride();
  for (const parameter of parameters) {
    if (parameter.kind === 'argument') command.addArgument(commanderArgument(parameter));
    else command.addOption(commanderOption(parameter));
  }
  return command;
}

function commanderArgument(parameter: Parameter): Argument {
  return new Argument(`[${parameter.placeholder}]`, describe(parameter)).argParser((text: string) =>
    parseOrRefuse(parameter, parameter.placeholder, text),
  );
}

function commanderOption(parameter: Parameter): Option {
  const name = optionName(parameter.key);
  if (parameter.kind === 'flag') return new Option(name, parameter.description);
  return new Option(`${name} <${parameter.placeholder}>`, describe(parameter)).argParser((text: string) =>
    parseOrRefuse(parameter, name, text),
  );
}

function describe({ description, fallback, parse }: Parameter): string {
  if (fallback === undefined || fallback === '') return description;
  const shown = parse.show?.(fallback) ?? (typeof fallback === 'string' ? fallback : JSON.stringify(fallback));
  return `${description} (default: ${shown})`;
}

function parseOrRefuse(parameter: Parameter, origin: string, text: string): unknown {
  try {
    return parameter.parse(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const given = parameter.parse.secret === true ? 'cannot be read' : `is '${text}'`;
    throw new UsageError(`${origin} ${given}: ${error.message}`, { cause: error });
  }
}

function collect(command: Command, parameters: readonly Parameter[], env: NodeJS.ProcessEnv): Record<string, unknown> {
  const given = new Map<string, unknown>(Object.entries(command.opts<Record<string, unknown>>()));
  const positional = parameters.filter(({ kind }) => kind === 'argument');
  for (const [index, parameter] of positional.entries()) given.set(parameter.key, command.processedArgs[index]);
  return Object.fromEntries(parameters.map((parameter) => [parameter.key, given.get(parameter.key) ?? fromEnvironment(parameter, env)]));
}

function fromEnvironment(parameter: Parameter, env: NodeJS.ProcessEnv): unknown {
  const text = env[parameter.environment];
  return text === undefined || text === '' ? parameter.fallback : parseOrRefuse(parameter, parameter.environment, text);
}

function oneLine(message: string): string {
  return message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ').trim();
}
