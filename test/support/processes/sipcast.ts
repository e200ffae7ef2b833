/** The command `sipcast` from its start to its end, where it does not stay. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { dist } from '../paths.ts';

export interface Outcome {
  /** Its exit status. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function runSipcast(args: readonly string[], { cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(dist, 'shared/launcher/sipcast.js'), ...args], { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: (error?.code as number | undefined) ?? 0, stdout, stderr });
    });
  });
}
