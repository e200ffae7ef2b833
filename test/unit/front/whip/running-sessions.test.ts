import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../../../support/front/client.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';
import { memberOfferOf, offerOf } from '../../../support/sdp-fixtures.ts';
import { postOffer, WhipSession } from '../../../support/whip/whip-client.ts';

const WALL_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const SINCE = '2026-01-02T03:04:05.000Z';

interface Listed {
  readonly id: string;
  readonly viewer: string;
  readonly streamer: string;
  readonly via: string;
}

let front: RunningFront;
beforeEach(async () => {
  front = await startFront({ requestsPerMinute: 0, wallClock: () => WALL_MS }, { streamers: [{ name: 'cam', codecs: { audio: ['opus'], video: ['VP8'] } }] });
});
afterEach(() => front.close());

const watch = () => WhipSession.begin(`${front.url}/whep/cam`, offerOf('chromium'));
const publish = () => WhipSession.begin(`${front.url}/whip/mine`, memberOfferOf('chromium'));
const end = async (id: string) => (await fetch(`${front.url}/operator/sessions/${encodeURIComponent(id)}/`, { method: 'DELETE' })).status;

async function listed(): Promise<Listed[]> {
  const answer = await fetch(`${front.url}/operator/sessions/`);
  return ((await answer.json()) as { sessions: Listed[] }).sessions;
}

describe('sessions of players and encoders', () => {
  it('are listed for operators beside those of pages, with the way by which they came', async () => {
    await new Client(front.url, 'Ana').watch('cam', offerOf('chromium'));
    await watch();
    await publish();
    const calls = front.peer.of('INVITE').map(({ callId }) => callId);
    expect(await listed()).toEqual([
      { id: calls[0], viewer: 'Ana', streamer: 'cam', via: 'page', since: SINCE },
      { id: calls[1], viewer: expect.stringMatching(/^whep-[0-9a-f]{6}$/) as string, streamer: 'cam', via: 'whep', since: SINCE },
      { id: calls[2], viewer: expect.stringMatching(/^whip-[0-9a-f]{6}$/) as string, streamer: 'mine', via: 'whip', since: SINCE },
    ]);
  });

  it('are listed no longer once they have ended, from whichever side, nor where they were refused', async () => {
    const left = await watch();
    await watch();
    await publish();
    await left.end();
    expect((await listed()).map(({ via }) => via)).toEqual(['whep', 'whip']);
    for (const dialog of front.peer.dialogs.slice(1)) await dialog.bye();
    expect(await listed()).toEqual([]);
    front.peer.takeCall = (call) => call.reject(486);
    expect((await postOffer(`${front.url}/whep/cam`, offerOf('chromium'))).status).toBe(503);
    expect(await listed()).toEqual([]);
  });

  it.each([['a player', watch], ['an encoder', publish]])('are ended by operators: %s finds its session gone, the other side gets a BYE, and others go on', async (_who, begin) => {
    const session = await begin();
    const other = await begin();
    const [first, second] = await listed();
    const heard = new Promise((resolve) => front.peer.dialogs[0]?.onEnded(resolve));
    expect(await end(first?.id ?? '')).toBe(204);
    expect([await session.status(), await other.status()]).toEqual([404, 204]);
    expect(await heard).toBe('remote-bye');
    expect(await listed()).toEqual([second]);
    expect(await end(first?.id ?? '')).toBe(404);
    // Its place is free again, and front has nobody to wait for when the other has left.
    await other.end();
    await front.drain(new AbortController().signal);
  });
});
