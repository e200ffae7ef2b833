/** Our own streamer, compiled, as users start it; the bench is its signaling: it takes the registration and makes the calls. */
import { join } from 'node:path';
import { Agent, UdpTransport } from '../../../../shared/sip/index.ts';
import { dist } from '../../../support/paths.ts';
import { scrape } from '../../../support/metrics/scrape.ts';
import { Child } from '../../../support/processes/child.ts';
import type { ReadyMessage } from '../../../../shared/cli/lifecycle.ts';
import type { LoadViewer } from '../viewer/load-viewer.ts';
import type { MediaServer, ServerOptions } from './server.ts';

const LOOPBACK = '127.0.0.1';
/** The registration is not to be seen in what is measured. */
const REGISTERED_FOR_SECONDS = 86_400;

export interface SipcastOptions extends ServerOptions {
  readonly label: string;
  /** Further arguments of the streamer, such as `--fanout portable`. */
  readonly args?: readonly string[];
  /** Options for Node, such as --cpu-prof. */
  readonly nodeOptions?: readonly string[];
  /** What to play in place of the clip, as --source says it. */
  readonly source?: string;
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

export async function startSipcast(options: SipcastOptions): Promise<MediaServer & { readonly child: Child }> {
  const { host, clip, label, args = [], nodeOptions = [], node = process.execPath, source } = options;
  const agent = new Agent({ transport: await UdpTransport.bind({ host: LOOPBACK, port: 0 }), sessionTimers: false });
  agent.handle('REGISTER', (incoming) => incoming.reply(200, { headers: { Contact: `${incoming.request.headers.get('Contact') ?? ''};expires=${REGISTERED_FOR_SECONDS}` } }));
  const child = new Child(
    node,
    [
      ...[...nodeOptions, join(dist, 'streamer', 'main.js'), clip, LOOPBACK, String(agent.local.port)],
      ...['--name', 'bench', '--media-host', host, '--max-viewers', '10000', '--metrics-port', '0', ...(source === undefined ? [] : ['--source', source]), ...args],
    ],
    { name: `streamer ${label}`, env: { SIPCAST_LOG_FORMAT: 'json', SIPCAST_LOG_LEVEL: 'warn' } },
  );
  const { addresses } = await child.message(isReady);
  const uri = `sip:bench@${addresses['sip'] ?? ''}`;
  let called = 0;
  return {
    label,
    child,
    pid: child.pid,
    async join(viewer: LoadViewer) {
      const invite = agent.createRequest('INVITE', uri, { from: `sip:viewer${called++}@${LOOPBACK}`, body: viewer.offer(), contentType: 'application/sdp' });
      const { dialog, response } = await agent.invite(invite).answered;
      viewer.accept(response.body.toString('utf8'));
      return () => dialog.bye();
    },
    scrape: () => scrape(addresses['metrics'] ?? ''),
    async stop() {
      await child.end();
      await agent.close();
    },
  };
}
