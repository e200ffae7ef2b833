/** Settings of the process that runs, or its end: 0 after a text that was asked for, 2 with one line that says what is wrong. */
import { TextRequested } from './command-line.ts';
import { readSettings } from './settings.ts';
import type { ServiceLine, Settings } from './settings.ts';
import { EXIT_USAGE, UsageError } from './usage-error.ts';

/** @param name what its messages begin with */
export function settingsOrExit(line: ServiceLine, name: string): Settings {
  try {
    return readSettings(line, process.argv.slice(2), process.env);
  } catch (error) {
    if (error instanceof TextRequested) {
      process.stdout.write(error.text);
      process.exit(0);
    }
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${name}: ${error.message} (see ${line.name} --help)\n`);
    process.exit(EXIT_USAGE);
  }
}
