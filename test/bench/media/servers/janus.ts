/** Janus (Debian's package) with its streaming plugin: the C server that the field trusts, fed by RTP. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freeTcpPort } from '../../../support/network/tcp-ports.ts';
import { freeUdpPorts } from '../../../support/network/udp-ports.ts';
import { scratchFolder } from '../../../support/paths.ts';
import { Child } from '../../../support/processes/child.ts';
import { findCommand } from '../../../support/tools/system-tools.ts';
import { AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE, type LoadViewer } from '../viewer/load-viewer.ts';
import { startFeed } from './feed.ts';
import type { MediaServer, ServerOptions } from './server.ts';

const START_LIMIT_MS = 15_000;
const POLL_MS = 100;
const STREAM = 1;
const EVENTS_AT_ONCE = 10;

interface Reply {
  readonly janus: string;
  readonly data?: { readonly id: number };
  readonly sender?: number;
  readonly jsep?: { readonly sdp: string };
}

const UNUSED_PLUGINS = ['audiobridge', 'duktape', 'echotest', 'lua', 'nosip', 'recordplay', 'sip', 'textroom', 'videocall', 'videoroom', 'voicemail'];
const UNUSED_TRANSPORTS = ['mqtt', 'nanomsg', 'pfunix', 'rabbitmq', 'websockets'];

function configure(folder: string, host: string, http: number, audio: number, video: number): void {
  const disabled = (names: readonly string[]) => names.map((name) => `libjanus_${name}.so`).join(',');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'janus.jcfg'),
    `general: { configs_folder = "${folder}"\n log_to_stdout = true\n debug_level = 3\n interface = "${host}" }
media: { rtp_port_range = "30000-39999" }
nat: { nice_debug = false\n ice_lite = false\n ice_enforce_list = "${host}"\n ignore_mdns = true }
plugins: { disable = "${disabled(UNUSED_PLUGINS)}" }
transports: { disable = "${disabled(UNUSED_TRANSPORTS)}" }\n`,
  );
  writeFileSync(join(folder, 'janus.transport.http.jcfg'), `general: { json = "compact"\n base_path = "/janus"\n http = true\n port = ${http}\n ip = "127.0.0.1"\n https = false }\nadmin: { admin_http = false }\n`);
  writeFileSync(
    join(folder, 'janus.plugin.streaming.jcfg'),
    `general: {}\nclip: { type = "rtp"\n id = ${STREAM}\n description = "clip"\n media = (
 { type = "audio", mid = "a", label = "a", port = ${audio}, pt = ${AUDIO_PAYLOAD_TYPE}, codec = "opus", iface = "127.0.0.1" },
 { type = "video", mid = "v", label = "v", port = ${video}, pt = ${VIDEO_PAYLOAD_TYPE}, codec = "vp8", iface = "127.0.0.1" } ) }\n`,
  );
}

/** One session of Janus's HTTP interface; its events are fetched by long polls. */
class Session {
  readonly #base: string;
  readonly #waiting = new Map<number, (sdp: string) => void>();
  #path = '';
  #ended = false;

  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}/janus`;
  }

  /** Waits until Janus listens. */
  async begin(): Promise<void> {
    const until = performance.now() + START_LIMIT_MS;
    for (;;) {
      try {
        const { data } = await this.post('', { janus: 'create' });
        this.#path = `/${data?.id ?? ''}`;
        void this.#poll();
        return;
      } catch (cause) {
        if (performance.now() > until) throw new Error('Janus did not start', { cause });
        await delay(POLL_MS);
      }
    }
  }

  end(): void {
    this.#ended = true;
  }

  async attach(): Promise<number> {
    const { data } = await this.post(this.#path, { janus: 'attach', plugin: 'janus.plugin.streaming' });
    if (!data) throw new Error('Janus gave no handle');
    return data.id;
  }

  /** The offer of Janus for a viewer who wants to watch. */
  async watch(handle: number): Promise<string> {
    const offer = new Promise<string>((resolve) => this.#waiting.set(handle, resolve));
    await this.message(handle, { janus: 'message', body: { request: 'watch', id: STREAM } });
    return offer;
  }

  message(handle: number, message: object): Promise<Reply> {
    return this.post(`${this.#path}/${handle}`, message);
  }

  async post(path: string, message: object): Promise<Reply> {
    const response = await fetch(this.#base + path, { method: 'POST', body: JSON.stringify({ transaction: 't', ...message }) });
    return (await response.json()) as Reply;
  }

  async #poll(): Promise<void> {
    for (;;) {
      if (this.#ended) return;
      try {
        const response = await fetch(`${this.#base}${this.#path}?maxev=${EVENTS_AT_ONCE}`);
        for (const { sender, jsep } of [(await response.json()) as Reply | readonly Reply[]].flat()) {
          if (sender === undefined || !jsep) continue;
          this.#waiting.get(sender)?.(jsep.sdp);
          this.#waiting.delete(sender);
        }
      } catch {
        await delay(POLL_MS);
      }
    }
  }
}

export async function startJanus({ host, clip }: ServerOptions): Promise<MediaServer> {
  const scratch = scratchFolder('bench-janus');
  const [audio = 0, video = 0] = await freeUdpPorts(2);
  const http = await freeTcpPort();
  configure(scratch.path, host, http, audio, video);
  const child = new Child(findCommand(['janus']) ?? 'janus', ['-F', scratch.path, '-C', join(scratch.path, 'janus.jcfg')], { name: 'janus' });
  const session = new Session(http);
  await session.begin();
  const feed = startFeed(clip, { audio, video });
  return {
    label: 'Janus',
    pid: child.pid,
    async join(viewer: LoadViewer) {
      const handle = await session.attach();
      const answer = viewer.answer(await session.watch(handle));
      await session.message(handle, { janus: 'message', body: { request: 'start' }, jsep: { type: 'answer', sdp: answer } });
      return async () => {
        await session.message(handle, { janus: 'detach' });
      };
    },
    async stop() {
      session.end();
      await feed.end();
      await child.end();
      scratch.remove();
    },
  };
}
