#!/usr/bin/env node
/** `sipcast <command> …`: all that there is to run, by one name. Each command reads its own arguments, and has its own --help. */
import { EXIT_USAGE } from '../cli/usage-error.ts';
import { packageVersion } from '../cli/version.ts';

interface Command {
  readonly module: string;
  readonly description: string;
}

/** Compiled, each of these runs as soon as it is loaded, as if it had been started by its own name. */
const COMMANDS: Readonly<Record<string, Command>> = {
  start: { module: './main.js', description: 'everything on this machine, with the sample clip' },
  signaling: { module: '../../signaling/main.js', description: 'the SIP registrar, proxy and directory' },
  front: { module: '../../front/main.js', description: 'the web page, and what it asks for' },
  streamer: { module: '../../streamer/main.js', description: 'a film, a camera or another source; or a host of rooms' },
  doctor: { module: '../doctor/main.js', description: 'checks this machine, and the services that run' },
};

const HELP = ['-h', '--help', 'help'];

function help(): string {
  const lines = Object.entries(COMMANDS).map(([name, { description }]) => `  ${name.padEnd(11)}${description}`);
  return ['Usage: sipcast <command> [options]', '', 'Commands:', ...lines, '', 'sipcast <command> --help tells the options of each; sipcast --version the version.', ''].join('\n');
}

async function run([name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined || HELP.includes(name)) process.stdout.write(help());
  else if (name === '--version') process.stdout.write(`${packageVersion()}\n`);
  else {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) {
      process.stderr.write(`sipcast: there is no command '${name}': expected one of ${Object.keys(COMMANDS).join(', ')} (see sipcast --help)\n`);
      process.exit(EXIT_USAGE);
    }
    process.argv.splice(2, process.argv.length, ...rest);
    await import(new URL(command.module, import.meta.url).href);
  }
}

await run(process.argv.slice(2));
