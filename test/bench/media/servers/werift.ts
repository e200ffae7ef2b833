/** Starts werift as its authors made it: the reference server in werift-main.ts, in a process of its own. */
import { join } from 'node:path';
import { dist } from '../../../support/paths.ts';
import { Child } from '../../../support/processes/child.ts';
import type { LoadViewer } from '../viewer/load-viewer.ts';
import { startFeed } from './feed.ts';
import type { MediaServer, ServerOptions } from './server.ts';
import type { WeriftReady } from './werift-main.ts';

function isReady(message: unknown): message is WeriftReady {
  return typeof message === 'object' && message !== null && 'http' in message;
}

export async function startWerift({ host, clip, node = process.execPath, label }: ServerOptions & { readonly label: string }): Promise<MediaServer> {
  const child = new Child(node, [join(dist, 'test/bench/media/servers/werift-main.js'), host], { name: 'werift' });
  const { http, audio, video } = await child.message(isReady);
  const feed = startFeed(clip, { audio, video });
  return {
    label,
    pid: child.pid,
    async join(viewer: LoadViewer) {
      const response = await fetch(`http://127.0.0.1:${http}/`, { method: 'POST', body: viewer.offer() });
      const answer = await response.text();
      if (!response.ok) throw new Error(answer);
      viewer.accept(answer);
      const id = response.headers.get('x-viewer') ?? '';
      return async () => {
        await fetch(`http://127.0.0.1:${http}/${id}`, { method: 'DELETE' });
      };
    },
    async stop() {
      await feed.end();
      await child.end();
    },
  };
}
