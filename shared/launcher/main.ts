#!/usr/bin/env node
/** `npm start`: signaling, a streamer with the sample clip, one for rooms, one for what is published, and front on this machine, ended together. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runService } from '../cli/command.ts';
import { argument, environmentName } from '../cli/parameter.ts';
import { parsePort } from '../cli/parsers.ts';
import { UsageError } from '../cli/usage-error.ts';
import { packageFolder } from '../cli/version.ts';
import { freePort } from './free-port.ts';
import { Launched } from './launched.ts';

const SIGNALING_PORT = 5060;
const HTTP_PORT = 8000;

/** What a service bound to all addresses can be reached at on this machine. */
const WILDCARDS = new Map([['0.0.0.0', '127.0.0.1'], ['::', '::1']]);

/** The services start within a second or two; a machine that needs longer than this has another problem. */
const READY_LIMIT_MS = 60_000;

await runService({
  name: 'sipcast',
  description: 'Runs signaling, a streamer with the sample clip, one for rooms, one for what is published, and front, all on this machine.',
  arguments: [argument('httpPort', { description: 'TCP port of the page; the next free one where it is taken', parse: parsePort, default: HTTP_PORT })],
  options: [],
  async start({ httpPort, host, logLevel, logFormat, secret, capture }, { log, stopSignal }) {
    const env = environmentFor(secret);
    const common = ['--host', host, '--log-level', logLevel, '--log-format', logFormat];
    const launched: Launched[] = [];
    const stopAll = async () => {
      // Signaling last, so that the others can still say goodbye to it.
      const [signaling, ...others] = launched;
      await Promise.all(others.map((child) => child.stop()));
      await signaling?.stop();
    };
    const launch = async (service: string, args: readonly string[]) => {
      const child = new Launched(service, [...args, ...common], env);
      launched.push(child);
      return Promise.race([child.ready, tooLate(service)]);
    };
    try {
      // Everything passes through signaling, so its capture shows it all.
      const captured = capture === undefined ? [] : ['--capture', capture];
      const sipPort = await freePort('udp', host, SIGNALING_PORT);
      const { sip = '' } = await launch('signaling', [String(sipPort), ...directoryFor(sipPort), ...captured]);
      const port = sip.slice(sip.lastIndexOf(':') + 1);
      const reachable = WILDCARDS.get(host) ?? host;
      const [, , , front] = await Promise.all([
        launch('streamer', [join(packageFolder(), 'data', 'sample.webm'), reachable, port]),
        launch('streamer', ['--rooms', reachable, port]),
        launch('streamer', ['--publish', reachable, port]),
        launch('front', [String(await freePort('tcp', host, httpPort)), reachable, port, ...databaseFor(sipPort)]),
      ]);
      for (const child of launched) {
        void child.ended.then(async (how) => {
          if (stopSignal.aborted) return;
          log.error(`${child.service} ended (${how}); the others are stopped too`);
          await stopAll();
          process.exit(1);
        });
      }
      return { addresses: { open: front['http'] ?? '' }, close: stopAll };
    } catch (error) {
      await stopAll();
      throw error instanceof UsageError ? error : new UsageError((error as Error).message, { cause: error });
    }
  },
});

/** A second system beside the first needs a directory of its own; one that the operator chose is left to the daemon. */
function directoryFor(sipPort: number): string[] {
  if (sipPort === SIGNALING_PORT || process.env[environmentName('directory')] !== undefined) return [];
  return ['--directory', join('data', `directory-${sipPort}.xml`)];
}

/** Likewise the accounts and rooms of its front. */
function databaseFor(sipPort: number): string[] {
  if (sipPort === SIGNALING_PORT || process.env[environmentName('database')] !== undefined) return [];
  return ['--database', join('data', `front-${sipPort}.db`)];
}

/** What belongs to one service alone is not handed down; the secret is, where other users cannot read it. */
function environmentFor(secret: string | undefined): NodeJS.ProcessEnv {
  const env = { ...process.env, ...(secret === undefined ? {} : { SIPCAST_SECRET: secret }) };
  for (const key of ['name', 'udpPort', 'capture', 'port', 'httpPort', 'file'] as const) Reflect.deleteProperty(env, environmentName(key));
  return env;
}

async function tooLate(service: string): Promise<never> {
  await wait(READY_LIMIT_MS, undefined, { ref: false });
  throw new UsageError(`${service} was not ready within ${READY_LIMIT_MS / 1000} s`);
}
