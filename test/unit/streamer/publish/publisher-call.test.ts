import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { SdpError } from '../../../../shared/sdp/index.ts';
import { CallRejectedError } from '../../../../shared/sip/index.ts';
import { RefusedError } from '../../../../streamer/call/refused.ts';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import type { Diagnosis } from '../../../../streamer/diagnosis/diagnose.ts';
import type { PublishedStream } from '../../../../streamer/publish/published-stream.ts';
import { PublisherCall } from '../../../../streamer/publish/publisher-call.ts';
import type { Publisher } from '../../../../streamer/publish/publisher.ts';
import { agentPair, BOB_URI } from '../../../support/sip/pair.ts';

/** A publisher and his stream that a test writes by hand, and the call between them. */
function setUp({ connect, register }: { connect?: Error; register?: Error | Promise<void> } = {}) {
  const { alice, bob, clock } = agentPair();
  const happened: string[] = [];
  const tell = { media: (): void => undefined, closed: (() => undefined) as (reason: string, diagnosis?: Diagnosis) => void, nameLost: (): void => undefined };
  const publisher = {
    answer: 'the answer',
    source: { tracks: [] },
    onMedia: (listener: () => void) => (tell.media = listener),
    delivered: () => undefined,
    onClosed: (listener: (reason: string, diagnosis?: Diagnosis) => void) => (tell.closed = listener),
    addCandidates: (fragment: string) => happened.push(`candidates ${fragment}`),
    close: () => happened.push('connection closed'),
  } as unknown as Publisher;
  const stream = {
    register: async () => {
      if (register instanceof Error) throw register;
      await register;
    },
    close: async (reason: string) => void happened.push(`stream closed: ${reason}`),
  } as unknown as PublishedStream;
  bob.onCall((call) =>
    new PublisherCall({
      call,
      name: 'ana live',
      connect: async () => {
        if (connect) throw connect;
        return publisher;
      },
      open: async (_, onNameLost) => {
        tell.nameLost = onNameLost;
        return stream;
      },
      onFailed: (_, { id }) => happened.push(`failed: ${id}`),
      clock,
      log: silentLogger,
    }).run(),
  );
  const invite = () => alice.invite(alice.createRequest('INVITE', BOB_URI, { from: 'sip:alice@10.0.0.1', body: 'v=0', contentType: 'application/sdp' }));
  const published = async () => {
    const answer = await clock.until(invite().answered);
    await clock.advance(50);
    return answer;
  };
  const refused = async (): Promise<number> => {
    const error: unknown = await clock.until(invite().answered).catch((reason: unknown) => reason);
    await clock.advance(50);
    return error instanceof CallRejectedError ? error.status : 0;
  };
  return { clock, happened, tell, invite, published, refused };
}

describe('the call of one who publishes', () => {
  it('is answered with 202 when his name is in the directory, and ends with his BYE', async () => {
    const { clock, happened, published } = setUp();
    const { response, dialog } = await published();
    expect([response.status, response.bodyText()]).toEqual([202, 'the answer']);
    expect((await clock.until(dialog.request('INFO', { body: 'a=candidate:1', contentType: 'application/trickle-ice-sdpfrag' }))).status).toBe(200);
    await clock.until(dialog.bye());
    await clock.advance(50);
    expect(happened).toEqual([expect.stringMatching(/^candidates/), 'connection closed', 'stream closed: the publisher has stopped']);
  });

  it('ends with our BYE when no media has come for 15 s, but not when some has', async () => {
    const silent = setUp();
    const { dialog } = await silent.published();
    await silent.clock.advance(14_900);
    expect(dialog.ended).toBeUndefined();
    await silent.clock.advance(200);
    expect([dialog.ended, dialog.byeReason]).toEqual(['remote-bye', 'SIP;cause=408;text="no media came"']);
    expect(silent.happened).toEqual(['connection closed', 'stream closed: no media came']);
    const sending = setUp();
    const other = await sending.published();
    sending.tell.media();
    await sending.clock.advance(60_000);
    expect(other.dialog.ended).toBeUndefined();
  });

  it.each([
    ['he vanishes', ({ tell }: ReturnType<typeof setUp>): void => tell.closed('who publishes does not answer any more'), 'SIP;cause=408;text="who publishes does not answer any more"'],
    ['his name becomes another’s', ({ tell }: ReturnType<typeof setUp>): void => tell.nameLost(), 'SIP;cause=403;text="the name has become somebody else’s"'],
  ])('ends with our BYE when %s, and says so', async (_, happens, reason) => {
    const stage = setUp();
    const { dialog } = await stage.published();
    happens(stage);
    await stage.clock.advance(50);
    expect([dialog.ended, dialog.byeReason]).toEqual(['remote-bye', reason]);
    expect(stage.happened).toHaveLength(2);
  });

  it('ends with a reason that says why no way was found to him', async () => {
    const { clock, happened, tell, published } = setUp();
    const { dialog } = await published();
    tell.closed('who publishes never connected', { id: 'no-udp', sentence: 'No UDP arrived.' } as Diagnosis);
    await clock.advance(50);
    expect(dialog.byeReason).toContain('text="no-udp: No UDP arrived."');
    expect(happened).toEqual(['failed: no-udp', 'connection closed', expect.stringMatching(/^stream closed/)]);
  });

  it.each([
    ['his name is another’s', { register: new RefusedError(403, 'taken') }, 403, 2],
    ['signaling does not take it', { register: new RefusedError(503, 'silent') }, 503, 2],
    ['his offer is none', { connect: new SdpError('no offer') }, 400, 0],
    ['nothing in it is taken', { connect: new NotAcceptableError('H265') }, 488, 0],
    ['something goes wrong', { connect: new Error('odd') }, 500, 0],
  ] as const)('is refused when %s, and leaves nothing behind', async (_, how, status, closed) => {
    const { happened, refused } = setUp(how);
    expect([await refused(), happened.length]).toEqual([status, closed]);
  });

  it('that is cancelled before its answer gets 487, and leaves nothing behind', async () => {
    let registered: () => void = () => undefined;
    const { clock, happened, invite } = setUp({ register: new Promise((resolve) => (registered = resolve)) });
    const call = invite();
    const outcome = call.answered.catch((error: unknown) => error);
    // A CANCEL goes out once something was heard (RFC 3261 §9.1).
    await clock.advance(300);
    call.cancel();
    await clock.advance(50);
    registered();
    await clock.advance(50);
    expect(await outcome).toBeInstanceOf(Error);
    expect(happened).toEqual(['connection closed', 'stream closed: given up']);
  });
});
