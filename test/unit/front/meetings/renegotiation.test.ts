/** An offer of a room's focus that its page has not answered when the place is given up. */
import { afterEach, describe, expect, it } from 'vitest';
import { Renegotiation } from '../../../../front/meetings/renegotiation.ts';
import { Agent } from '../../../../shared/sip/index.ts';
import { MemoryNetwork } from '../../../support/sip/memory-network.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { memberOfferOf } from '../../../support/sdp-fixtures.ts';

const FOCUS = { host: '10.0.0.9', port: 5060 };
const FRONT = { host: '10.0.0.1', port: 5060 };
const OFFER = { body: memberOfferOf('chromium'), contentType: 'application/sdp' };

describe('A renegotiation', () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: 2 });
  const [focus, front] = [new Agent({ transport: network.attach(FOCUS), clock }), new Agent({ transport: network.attach(FRONT), clock })];
  afterEach(async () => {
    await clock.until(Promise.all([focus.close(0), front.close(0)]));
  });

  it('that ends with the dialog leaves nobody waiting for its answer', async () => {
    const told: string[] = [];
    focus.onCall(async (call) => {
      const dialog = await call.accept(200, OFFER.body);
      reinvited = dialog.request('INVITE', OFFER);
    });
    let reinvited: ReturnType<Awaited<ReturnType<Agent['invite']>['answered']>['dialog']['request']> | undefined;
    const { dialog } = await clock.until(front.invite(front.createRequest('INVITE', 'sip:room-tea@10.0.0.9:5060', { from: 'sip:ana@10.0.0.1', ...OFFER })).answered);
    const renegotiation = new Renegotiation({ clock, tell: (number, sdp) => told.push(`${number} ${sdp.length > 0 ? 'offer' : ''}`), onSilent: () => told.push('silent') });
    dialog.onRequest('INVITE', (incoming) => renegotiation.receive(incoming));
    await clock.advance(100);
    expect(told).toEqual(['1 offer']);
    renegotiation.close();
    await clock.advance(100);
    expect((await clock.until(reinvited!)).status).toBe(487);
  });
});
