import { beforeEach, describe, expect, it } from 'vitest';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import { RoomStage, type Guest } from '../../../support/streamer/room-stage.ts';

describe('A change of who sends in a room', () => {
  let stage: RoomStage;
  let ana: Guest;

  beforeEach(async () => {
    stage = new RoomStage();
    ana = await stage.join('tea', 'ana');
  });

  it('reaches those inside by a re-INVITE, whose answer is taken; and the newcomer after his ACK (seed 2.24)', async () => {
    const bo = await stage.join('tea', 'bo');
    await stage.clock.advance(200);
    expect([ana.offers, bo.offers]).toEqual([['v=0\r\ns=offer 1 to m1\r\n'], ['v=0\r\ns=offer 1 to m2\r\n']]);
    expect(ana.media.accepted).toEqual(['v=0\r\ns=answer 1\r\n']);
  });

  it('carries the room’s own Contact, with isfocus (RFC 4579 §5.1)', async () => {
    await stage.join('tea', 'bo');
    await stage.clock.advance(200);
    const reinvites = stage.network.sent.map(({ datagram }) => datagram.toString('utf8')).filter((text) => text.startsWith('INVITE') && text.includes('s=offer'));
    expect(reinvites).toHaveLength(2);
    for (const text of reinvites) expect(text).toContain('\r\nContact: <sip:room-tea@10.0.0.9:5060>;isfocus\r\n');
  });

  it('is told once where many come at the same moment', async () => {
    await stage.clock.until(Promise.all(Array.from({ length: 40 }, (_, index) => stage.call('tea', `member ${index}`).answered)));
    await stage.clock.advance(3000);
    expect(ana.offers.length).toBeLessThan(4);
  });

  it('waits for the end of the one before, and then comes as it is then', async () => {
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    let underWay = 0;
    let most = 0;
    ana.dialog.onRequest('INVITE', async (incoming) => {
      most = Math.max(most, ++underWay);
      ana.offers.push(incoming.request.body.toString('utf8'));
      await held;
      underWay--;
      incoming.reply(200, { body: 'v=0\r\n', contentType: 'application/sdp' });
    });
    ana.media.needNegotiation();
    await stage.clock.advance(200);
    for (let count = 0; count < 5; count++) {
      ana.media.needNegotiation();
      await stage.clock.advance(200);
    }
    expect(ana.offers).toHaveLength(1);
    answer();
    await stage.clock.advance(500);
    expect([most, ana.offers.length]).toEqual([1, 2]);
  });

  it('is tried again after 491 within two seconds, with a fresh offer (RFC 3261 §14.1)', async () => {
    ana.answers = [{ status: 491 }, { status: 491 }];
    ana.media.needNegotiation();
    await stage.clock.advance(5000);
    expect(ana.offers).toEqual([1, 2, 3].map((version) => `v=0\r\ns=offer ${version} to m1\r\n`));
    expect([ana.media.accepted, ana.dialog.ended]).toEqual([['v=0\r\ns=answer 3\r\n'], undefined]);
  });

  it('is tried again when Retry-After says', async () => {
    ana.answers = [{ status: 500, headers: { 'Retry-After': '7' } }];
    ana.media.needNegotiation();
    await stage.clock.advance(6900);
    expect(ana.offers).toHaveLength(1);
    await stage.clock.advance(1000);
    expect(ana.offers).toHaveLength(2);
  });

  it('that a member refuses again and again shows him out', async () => {
    ana.answers = Array.from({ length: 5 }, () => ({ status: 488 }));
    ana.media.needNegotiation();
    await stage.clock.advance(20_000);
    expect([ana.offers.length, ana.dialog.ended, ana.reasons]).toEqual([5, 'remote-bye', ['SIP;cause=488;text="the session could not be changed (488)"']]);
    expect(stage.focus.members).toBe(0);
  });

  it('that a member answers with nonsense shows him out', async () => {
    ana.media.refusal = new NotAcceptableError('no such section');
    ana.media.needNegotiation();
    await stage.clock.advance(500);
    expect(ana.dialog.ended).toBe('remote-bye');
  });

  it('does not outlive the member', async () => {
    ana.media.needNegotiation();
    await ana.leave();
    await stage.clock.advance(60_000);
    expect(ana.offers).toEqual([]);
    expect(stage.focus.members).toBe(0);
  });

  it('is refused when it comes from the member: only the focus renegotiates', async () => {
    expect((await ana.request('INVITE', { body: 'v=0\r\ns=mine\r\n', contentType: 'application/sdp' })).status).toBe(488);
    expect((await ana.request('INVITE', { body: 'v=0\r\n', contentType: 'application/sdp' })).status).toBe(200);
    expect(ana.dialog.ended).toBeUndefined();
  });

  it('does not disturb the session timer: a member stays for hours (RFC 4028)', async () => {
    for (let hour = 0; hour < 4; hour++) {
      ana.media.needNegotiation();
      await stage.clock.advance(3_600_000);
    }
    expect([ana.dialog.ended, ana.offers.length]).toEqual([undefined, 4]);
  });
});
