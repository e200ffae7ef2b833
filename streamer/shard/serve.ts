/** A worker thread's end of a shard: does what the main thread asks by messages, with a {@link LocalShard} of its own. */
import { SdpError } from '../../shared/sdp/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';
import type { FromWorker, FrameMessage, Link, RefusalKind, ToWorker } from './messages.ts';
import type { Shard, Watching } from './shard.ts';

export interface ServeOptions {
  readonly link: Link<FromWorker, ToWorker>;
  readonly shard: Shard;
  readonly onFrame: (frame: FrameMessage) => void;
  /** Called when the main thread wants no more, and everything is freed. */
  readonly onClosed: () => void;
}

function refusalKind(error: unknown): RefusalKind {
  if (error instanceof SdpError) return 'sdp';
  return error instanceof NotAcceptableError ? 'not-acceptable' : 'other';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Serves until it is told to close. */
export function serveShard({ link, shard, onFrame, onClosed }: ServeOptions): void {
  const watching = new Map<number, Watching>();
  /** Those that were released before they were answered. */
  const released = new Set<number>();

  const release = async (id: number): Promise<void> => {
    const viewer = watching.get(id);
    watching.delete(id);
    if (viewer) link.post({ type: 'released', id, statistics: await viewer.close() });
    else released.add(id);
  };
  const admit = async (id: number, name: string, offer: string): Promise<void> => {
    try {
      const viewer = await shard.admit(name, offer);
      watching.set(id, viewer);
      link.post({ type: 'answer', id, answer: viewer.answer });
      if (released.delete(id)) {
        await release(id);
        return;
      }
      viewer.onConnected(() => link.post({ type: 'connected', id }));
      viewer.onFirstFrame(() => link.post({ type: 'first-frame', id }));
      viewer.onClosed((reason, diagnosis) => link.post({ type: 'closed', id, reason, diagnosis }));
    } catch (error) {
      released.delete(id);
      link.post({ type: 'refused', id, kind: refusalKind(error), error: asError(error) });
    }
  };
  const renew = async (id: number, offer: string): Promise<void> => {
    const viewer = watching.get(id);
    if (!viewer) return;
    try {
      link.post({ type: 'renewed', id, answer: await viewer.renew(offer) });
    } catch (error) {
      link.post({ type: 'not-renewed', id, kind: refusalKind(error), error: asError(error) });
    }
  };
  const close = async (): Promise<void> => {
    await shard.close();
    onClosed();
  };

  link.onMessage((message) => {
    switch (message.type) {
      case 'frame':
        onFrame(message);
        break;
      case 'admit':
        void admit(message.id, message.name, message.offer);
        break;
      case 'renew':
        void renew(message.id, message.offer);
        break;
      case 'candidates':
        watching.get(message.id)?.addCandidates(message.candidates);
        break;
      case 'delivered':
        watching.get(message.id)?.delivered();
        break;
      case 'release':
        void release(message.id);
        break;
      case 'statistics':
        void Promise.all([shard.statistics(), shard.totals()]).then(([viewers, totals]) => link.post({ type: 'statistics', request: message.request, viewers, totals }));
        break;
      case 'close':
        void close();
        break;
    }
  });
  link.post({ type: 'ready' });
}
