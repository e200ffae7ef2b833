#!/usr/bin/env node
/** `npm start`: signaling, a streamer with the sample clip, one for rooms, one for what is published, and front on this machine, ended together. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runService } from '../cli/command.ts';
import { argument } from '../cli/parameter.ts';
import { parsePort } from '../cli/parsers.ts';
import { UsageError } from '../cli/usage-error.ts';
import { parseHostPort } from '../sip/message/host.ts';
import { commonArguments, environmentFor, fileToPlay, ownFile } from './arguments.ts';
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
  command: 'sipcast start',
  description: 'Runs signaling, a streamer with the sample clip, one for rooms, one for what is published, and front, all on this machine.',
  arguments: [argument('httpPort', { description: 'TCP port of the page; the next free one where it is taken', parse: parsePort, default: HTTP_PORT })],
  options: [],
  async start(settings, { log, stopSignal, sources }) {
    const { host, secret, capture } = settings;
    const { file } = sources;
    const env = environmentFor(secret);
    const common = commonArguments(settings, sources);
    const launched: Launched[] = [];
    const stopAll = async () => {
      // Signaling last, so that the others can still say goodbye to it.
      const [signaling, ...others] = launched;
      await Promise.all(others.map((child) => child.stop()));
      await signaling?.stop();
    };
    const drain = async (signal: AbortSignal) => {
      const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([ended, Promise.all(launched.slice(1).map((child) => child.drain()))]);
    };
    const launch = async (service: string, args: readonly string[]) => {
      const child = new Launched(service, [...common, ...args], env);
      launched.push(child);
      return Promise.race([child.ready, tooLate(service)]);
    };
    try {
      // Everything passes through signaling, so its capture shows it all.
      const captured = capture === undefined ? [] : ['--capture', capture];
      const chosenPort = file?.textOf('signaling', 'udp-port', 'port');
      const sipPort = chosenPort ?? String(await freePort('udp', host, SIGNALING_PORT));
      const isSecond = chosenPort === undefined && sipPort !== String(SIGNALING_PORT);
      const { sip = '' } = await launch('signaling', [sipPort, ...(isSecond ? ownFile(sources, 'signaling', 'directory', join('data', `directory-${sipPort}.xml`)) : []), ...captured, '--drain', '0']);
      const signaling = parseHostPort(sip);
      const seenAt = [WILDCARDS.get(signaling?.host ?? '') ?? signaling?.host ?? host, String(signaling?.port ?? sipPort)];
      const httpPort = sources.layerOf('httpPort') === 'default' ? file?.textOf('front', 'http-port') : undefined;
      const [, , , front] = await Promise.all([
        launch('streamer', [fileToPlay(file), ...seenAt]),
        launch('streamer', ['--rooms', ...seenAt]),
        launch('streamer', ['--publish', ...seenAt]),
        launch('front', [httpPort ?? String(await freePort('tcp', host, settings.httpPort)), ...seenAt, ...(isSecond ? ownFile(sources, 'front', 'database', join('data', `front-${sipPort}.db`)) : [])]),
      ]);
      for (const child of launched) {
        void child.ended.then(async (how) => {
          if (stopSignal.aborted) return;
          log.error(`${child.service} ended (${how}); the others are stopped too`);
          await stopAll();
          process.exit(1);
        });
      }
      return { addresses: { open: front['http'] ?? '' }, close: stopAll, drain };
    } catch (error) {
      await stopAll();
      throw error instanceof UsageError ? error : new UsageError((error as Error).message, { cause: error });
    }
  },
});

async function tooLate(service: string): Promise<never> {
  await wait(READY_LIMIT_MS, undefined, { ref: false });
  throw new UsageError(`${service} was not ready within ${READY_LIMIT_MS / 1000} s`);
}
