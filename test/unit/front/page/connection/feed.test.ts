import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { FailureError } from '../../../../../front/page/src/connection/failure.ts';
import { Feed, PING_EVERY_MS, PONG_LIMIT_MS, RETURN_SPREAD_MS, STEADY_MS } from '../../../../../front/page/src/connection/feed.ts';
import type { FeedOptions, FeedState, SocketLike } from '../../../../../front/page/src/connection/feed.ts';
import type { ServerMessage } from '../../../../../front/page/src/connection/messages.ts';
import type { Streamer } from '../../../../../front/page/src/connection/streamer.ts';
import { ManualTiming, middle, settled, streamer } from '../support.ts';

class Events<T> {
  readonly seen: T[] = [];
  #waiting: (() => void)[] = [];

  push(event: T): void {
    this.seen.push(event);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async until(test: (event: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.seen.find(test);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

describe('the feed', () => {
  const timing = new ManualTiming();
  const states = new Events<FeedState>();
  const messages = new Events<ServerMessage>();
  let feed: Feed | undefined;
  let servers: { http: Server; sockets: WebSocketServer } | undefined;

  afterEach(() => {
    feed?.stop();
    states.seen.length = 0;
    messages.seen.length = 0;
    for (const socket of servers?.sockets.clients ?? []) socket.terminate();
    servers?.http.close();
    servers = undefined;
  });

  async function serve(onSocket: (socket: WebSocket) => void): Promise<string> {
    const http = createServer();
    const sockets = new WebSocketServer({ server: http });
    sockets.on('connection', onSocket);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    servers = { http, sockets };
    return `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  }

  function start(openSocket: () => SocketLike, more: Partial<FeedOptions> = {}): Feed {
    feed = new Feed({
      openSocket,
      poll: () => Promise.reject(new FailureError({ id: 'service-away' })),
      register: () => Promise.resolve(true),
      timing,
      random: middle,
      onState: (state) => states.push(state),
      onMessage: (message) => messages.push(message),
      ...more,
    });
    feed.start();
    return feed;
  }

  const nowhere = (): SocketLike => {
    throw new Error('no sockets here');
  };

  it('brings messages by WebSocket', async () => {
    const address = await serve((socket) => socket.send('{"type":"streamers","streamers":[{"name":"quay"}]}'));
    start(() => new WebSocket(address));
    const message = await messages.until(({ type }) => type === 'streamers');
    expect(message).toEqual({ type: 'streamers', streamers: [streamer('quay', { address: '' })] });
    expect(states.seen).toEqual(['connecting', 'live']);
  });

  it('comes back by itself when the socket closes', async () => {
    let opened = 0;
    const address = await serve((socket) => {
      opened += 1;
      if (opened === 1) socket.terminate();
    });
    start(() => new WebSocket(address));
    await states.until((state) => state === 'away');
    await timing.pass(400);
    states.seen.length = 0;
    await states.until((state) => state === 'live');
    expect(opened).toBe(2);
  });

  it('asks by POST while the socket does not come up', async () => {
    start(nowhere, { poll: () => Promise.resolve([streamer('quay')]) });
    await settled();
    expect(states.seen).toEqual(['connecting', 'polling']);
    expect(messages.seen).toEqual([{ type: 'streamers', streamers: [streamer('quay')] }]);
    await timing.pass(400);
    expect(messages.seen).toHaveLength(2);
  });

  it('waits longer and longer while front is away, and not at all when nudged', async () => {
    let attempts = 0;
    const started = start(() => {
      attempts += 1;
      return nowhere();
    });
    await settled();
    await timing.pass(10_000);
    const slow = attempts;
    expect(slow).toBeLessThan(8);
    started.nudge();
    await settled();
    expect(attempts).toBe(slow + 1);
  });

  it('registers again when front has forgotten the name, and goes on at once', async () => {
    let registered = 0;
    let known = false;
    const address = await serve(() => undefined);
    start(() => (known ? (new WebSocket(address)) : nowhere()), {
      poll: () => Promise.reject(new FailureError({ id: 'not-registered' })),
      register: () => {
        registered += 1;
        known = true;
        return Promise.resolve(true);
      },
    });
    await states.until((state) => state === 'live');
    expect(registered).toBe(1);
  });

  it('gives up when the name now belongs to someone else', async () => {
    let attempts = 0;
    start(
      () => {
        attempts += 1;
        return nowhere();
      },
      { poll: () => Promise.reject(new FailureError({ id: 'not-registered' })), register: () => Promise.resolve(false) },
    );
    await settled();
    await timing.pass(60_000);
    expect(attempts).toBe(1);
  });

  it('finds out that the other side is gone without a word', async () => {
    const sent: string[] = [];
    let polls = 0;
    const silent: SocketLike = { onopen: null, onmessage: null, onclose: null, send: (text) => sent.push(text), close: () => undefined };
    start(() => silent, {
      poll: () => {
        polls += 1;
        return Promise.reject(new FailureError({ id: 'service-away' }));
      },
    });
    (silent.onopen as () => void)();
    await timing.pass(PING_EVERY_MS);
    expect(sent).toEqual(['{"type":"ping"}']);
    expect(polls).toBe(0);
    await timing.pass(PONG_LIMIT_MS + RETURN_SPREAD_MS);
    expect(polls).toBe(1);
    expect(states.seen.at(-1)).toBe('away');
  });

  it('comes back at once when a socket is lost that was open for a while, spread a little; one that was not is no reason to hurry', async () => {
    const sockets: SocketLike[] = [];
    start(() => {
      const socket: SocketLike = { onopen: null, onmessage: null, onclose: null, send: () => undefined, close: () => undefined };
      sockets.push(socket);
      return socket;
    }, { poll: () => Promise.resolve([]) });
    const openAndLose = async (afterMs: number): Promise<void> => {
      const socket = sockets.at(-1);
      (socket?.onopen as () => void)();
      await timing.pass(afterMs);
      (socket?.onclose as () => void)();
      await timing.pass(RETURN_SPREAD_MS);
    };
    await openAndLose(STEADY_MS);
    expect(sockets).toHaveLength(2);
    await openAndLose(STEADY_MS - 1);
    expect(sockets).toHaveLength(2);
  });

  it('carries what is sent while the socket is open, and says when it is lost', async () => {
    const heard = new Events<string>();
    const sockets: WebSocket[] = [];
    const address = await serve((socket) => {
      sockets.push(socket);
      socket.on('message', (data: Buffer) => heard.push(data.toString()));
    });
    const dropped = new Events<true>();
    const started = start(() => new WebSocket(address), { onDropped: () => dropped.push(true) });
    expect(started.send('too early')).toBe(false);
    await states.until((state) => state === 'live');
    expect(started.send('hello')).toBe(true);
    await heard.until((text) => text === 'hello');
    sockets[0]?.terminate();
    await dropped.until(() => true);
    expect(started.send('too late')).toBe(false);
    expect(heard.seen).toEqual(['hello']);
    expect(dropped.seen).toHaveLength(1);
  });

  it('does not speak of a loss where no socket ever opened', async () => {
    const dropped: true[] = [];
    start(nowhere, { onDropped: () => dropped.push(true) });
    await settled();
    await timing.pass(5_000);
    expect(dropped).toEqual([]);
  });

  it('stops for good, whatever is still under way', async () => {
    let answer: (list: Streamer[]) => void = () => undefined;
    const started = start(nowhere, { poll: () => new Promise((resolve) => (answer = resolve)) });
    started.stop();
    answer([streamer('late')]);
    await settled();
    await timing.pass(60_000);
    expect(messages.seen).toEqual([]);
  });
});
