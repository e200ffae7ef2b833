import { describe, expect, it } from 'vitest';
import type { IncomingCall } from '../../../../../shared/sip/agent/incoming-call.ts';
import type { OutgoingCall } from '../../../../../shared/sip/agent/outgoing-call.ts';
import { AckTimeoutError, CallCancelledError } from '../../../../../shared/sip/agent/errors.ts';
import type { Dialog } from '../../../../../shared/sip/dialog/dialog.ts';
import { TransactionTimeoutError } from '../../../../../shared/sip/transaction/errors.ts';
import type { Address, Transport } from '../../../../../shared/sip/transport/transport.ts';
import { Agent } from '../../../../../shared/sip/agent/agent.ts';
import { MemoryNetwork } from '../../../../support/sip/memory-network.ts';
import { ALICE, BOB, BOB_URI, summary, type Pair } from '../../../../support/sip/pair.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

/** A pair of agents between whom the test may drop datagrams: `drop` sees `alice INVITE 1`, `bob 200 1 INVITE`. */
function filteredPair(drop: (line: string) => boolean): Pair {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: 5 });
  const filtered = (address: Address, name: string): Transport => {
    const inner = network.attach(address);
    return {
      local: inner.local,
      send: (datagram, to) => {
        if (!drop(`${name} ${summary(datagram)}`)) inner.send(datagram, to);
      },
      onDatagram: (listener) => inner.onDatagram(listener),
      onError: () => undefined,
      close: () => inner.close(),
    };
  };
  const alice = new Agent({ transport: filtered(ALICE, 'alice'), clock });
  const bob = new Agent({ transport: filtered(BOB, 'bob'), clock });
  const log = (): string[] => network.sent.map(({ from, datagram }) => `${from.host === ALICE.host ? 'alice' : 'bob'} ${summary(datagram)}`);
  return { clock, network, alice, bob, log };
}

function invite({ alice }: Pair): OutgoingCall {
  return alice.invite(alice.createRequest('INVITE', BOB_URI, { from: 'sip:alice@10.0.0.1', body: 'offer', contentType: 'application/sdp' }));
}

/** Both ends of an established call. */
async function established(pair: Pair): Promise<{ alice: Dialog; bob: Dialog }> {
  const accepted = new Promise<Dialog>((resolve, reject) => pair.bob.onCall((call) => void call.accept(200).then(resolve, reject)));
  const { dialog } = await pair.clock.until(invite(pair).answered);
  return { alice: dialog, bob: await pair.clock.until(accepted) };
}

describe('2xx and ACK', () => {
  it('a lost 2xx is sent again until its ACK comes', async () => {
    let losses = 3;
    const pair = filteredPair((line) => line === 'bob 200 1 INVITE' && losses-- > 0);
    const { bob } = await established(pair);
    expect(bob.ended).toBeUndefined();
    await pair.clock.advance(60_000);
    expect(pair.log().filter((line) => line === 'bob 200 1 INVITE')).toHaveLength(1);
    expect([pair.alice.layer.wheel.pending, pair.bob.layer.wheel.pending]).toEqual([0, 0]);
  });

  it('a lost ACK is sent again for each 2xx that comes again, and the call is answered once', async () => {
    // The first ACK, and the three that answer the first repetition.
    let losses = 4;
    let calls = 0;
    const pair = filteredPair((line) => line === 'alice ACK 1' && losses-- > 0);
    const accepted = new Promise<Dialog>((resolve, reject) =>
      pair.bob.onCall((call) => {
        calls++;
        call.accept(200).then(resolve, reject);
      }),
    );
    const { dialog } = await pair.clock.until(invite(pair).answered);
    await pair.clock.until(accepted);
    expect([calls, dialog.ended]).toEqual([1, undefined]);
    expect(pair.log().filter((line) => line === 'bob 200 1 INVITE')).toHaveLength(3);
  });

  it('without any ACK the callee hangs up after 64·T1', async () => {
    const pair = filteredPair((line) => line === 'alice ACK 1');
    const failure = new Promise<unknown>((resolve) => pair.bob.onCall((call) => void call.accept(200).catch(resolve)));
    const { dialog } = await pair.clock.until(invite(pair).answered);
    expect(await pair.clock.until(failure)).toBeInstanceOf(AckTimeoutError);
    expect(pair.clock.now()).toBeGreaterThanOrEqual(32_000);
    await pair.clock.advance(1000);
    expect(dialog.ended).toBe('remote-bye');
  });

  it('a BYE that comes without the ACK ends the wait', async () => {
    const pair = filteredPair((line) => line === 'alice ACK 1');
    const accepted = new Promise<Dialog>((resolve, reject) => pair.bob.onCall((call) => void call.accept(200).then(resolve, reject)));
    const { dialog } = await pair.clock.until(invite(pair).answered);
    await pair.clock.until(dialog.bye());
    expect((await pair.clock.until(accepted)).ended).toBe('remote-bye');
    expect(pair.clock.now()).toBeLessThan(2000);
  });

  it('a 2xx of another fork is acknowledged and hung up', async () => {
    const pair = filteredPair(() => false);
    // Bob answers as two phones would: the same INVITE, two To tags.
    const calls: IncomingCall[] = [];
    pair.bob.onCall((call) => {
      calls.push(call);
      void call.accept(200).catch(() => undefined);
    });
    const { dialog } = await pair.clock.until(invite(pair).answered);
    const first = pair.network.sent.find(({ datagram }) => summary(datagram) === '200 1 INVITE')!;
    const fork = Buffer.from(first.datagram.toString().replace(/^(To: .*;tag=)\w+/m, '$1otherfork'));
    pair.network.carry(fork, BOB, ALICE);
    await pair.clock.advance(100);
    const sent = pair.network.sent.filter(({ datagram }) => datagram.toString().includes('tag=otherfork')).map(({ datagram }) => summary(datagram));
    expect(sent).toEqual(['200 1 INVITE', 'ACK 1', 'BYE 2', '481 2 BYE']);
    expect(dialog.ended).toBeUndefined();
    expect(dialog.remoteTag).not.toBe('otherfork');
  });
});

describe('CANCEL', () => {
  it('waits for a provisional response (§9.1)', async () => {
    const pair = filteredPair(() => false);
    pair.bob.onCall((call) => void pair.clock.setTimeout(() => call.ring(), 150));
    const call = invite(pair);
    await pair.clock.advance(100);
    call.cancel();
    await pair.clock.advance(40);
    expect(pair.log()).toEqual(['alice INVITE 1']);
    await expect(pair.clock.until(call.answered)).rejects.toThrow(CallCancelledError);
  });

  it('that crosses the 2xx: the call is acknowledged and hung up, and counts as cancelled', async () => {
    const pair = filteredPair(() => false);
    const ends: string[] = [];
    pair.bob.onCall((call) => {
      call.ring();
      pair.clock.setTimeout(() => void call.accept(200).then((dialog) => dialog.onEnded((reason) => ends.push(reason))), 8);
    });
    const call = invite(pair);
    call.onProvisional(() => pair.clock.setTimeout(() => call.cancel(), 1));
    await expect(pair.clock.until(call.answered)).rejects.toThrow(CallCancelledError);
    await pair.clock.advance(1000);
    expect(pair.log()).toEqual(['alice INVITE 1', 'bob 180 1 INVITE', 'alice CANCEL 1', 'bob 200 1 INVITE', 'bob 200 1 CANCEL', 'alice ACK 1', 'alice BYE 2', 'bob 200 2 BYE']);
    expect(ends).toEqual(['remote-bye']);
  });

  it('that nobody heeds ends the call after 64·T1 all the same', async () => {
    const pair = filteredPair((line) => line === 'bob 487 1 INVITE');
    pair.bob.onCall((call) => call.ring());
    const call = invite(pair);
    call.onProvisional(() => call.cancel());
    await expect(pair.clock.until(call.answered)).rejects.toThrow(CallCancelledError);
    expect(pair.alice.layer.clientTransactions).toBe(0);
  });

  it('by the ring limit says that nobody answered', async () => {
    const pair = filteredPair(() => false);
    let cancelled = false;
    pair.bob.onCall((call) => {
      call.ring();
      call.onCancelled(() => (cancelled = true));
    });
    const { alice } = pair;
    const call = alice.invite(alice.createRequest('INVITE', BOB_URI, { from: 'sip:alice@10.0.0.1' }), { ringLimitMs: 10_000 });
    await expect(pair.clock.until(call.answered)).rejects.toThrow(TransactionTimeoutError);
    expect([cancelled, Math.round(pair.clock.now() / 1000)]).toEqual([true, 10]);
  });

  it('of an INVITE whose Expires has passed is not needed: the callee answers 487', async () => {
    const pair = filteredPair(() => false);
    pair.bob.onCall((call) => call.ring());
    const { alice } = pair;
    const call = alice.invite(alice.createRequest('INVITE', BOB_URI, { from: 'sip:alice@10.0.0.1', headers: { Expires: '10' } }));
    await expect(pair.clock.until(call.answered)).rejects.toMatchObject({ status: 487 });
  });

  it('after the answer is refused to the one who accepts', async () => {
    const pair = filteredPair(() => false);
    let late: Promise<Dialog> | undefined;
    pair.bob.onCall((call) => {
      call.ring();
      call.onCancelled(() => {
        late = call.accept(200);
      });
    });
    const call = invite(pair);
    call.onProvisional(() => call.cancel());
    await expect(pair.clock.until(call.answered)).rejects.toThrow(CallCancelledError);
    await expect(late).rejects.toThrow(CallCancelledError);
  });
});

describe('BYE', () => {
  it('that crosses BYE: both are answered 200', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    await pair.clock.until(Promise.all([alice.bye(), bob.bye()]));
    expect([alice.ended, bob.ended]).toEqual(['local-bye', 'local-bye']);
    expect(pair.log().slice(-4).sort()).toEqual(['alice 200 1 BYE', 'alice BYE 2', 'bob 200 2 BYE', 'bob BYE 1']);
  });

  it('that is never answered ends the dialog nevertheless', async () => {
    const pair = filteredPair((line) => line.startsWith('alice BYE'));
    const { alice } = await established(pair);
    await pair.clock.until(alice.bye());
    expect(alice.ended).toBe('local-bye');
  });

  it('of a dialog that nobody knows gets 481', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    await pair.clock.until(bob.bye());
    const bye = alice.state.createRequest('BYE');
    expect((await pair.clock.until(pair.alice.request(bye))).status).toBe(481);
  });
});

describe('a request inside a dialog', () => {
  it('out of order gets 500', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    bob.onRequest('INFO', (incoming) => incoming.reply(200));
    expect((await pair.clock.until(alice.request('INFO'))).status).toBe(200);
    const old = alice.state.createRequest('INFO', 1);
    expect((await pair.clock.until(pair.alice.request(old))).status).toBe(500);
  });

  it('that nobody answers ends the dialog', async () => {
    const pair = filteredPair(() => false);
    const { alice } = await established(pair);
    await pair.bob.layer.close();
    await expect(pair.clock.until(alice.request('INFO'))).rejects.toThrow(TransactionTimeoutError);
    expect(alice.ended).toBe('timeout');
  });

  it('that is answered 481 ends the dialog', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    bob.onRequest('INFO', (incoming) => incoming.reply(481));
    await pair.clock.until(alice.request('INFO'));
    expect(alice.ended).toBe('unknown-to-peer');
  });

  it('for which there is no handler gets 405 with Allow, and OPTIONS an answer', async () => {
    const pair = filteredPair(() => false);
    const { alice } = await established(pair);
    const response = await pair.clock.until(alice.request('INFO'));
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS']);
    expect((await pair.clock.until(alice.request('OPTIONS'))).status).toBe(200);
  });
});

describe('re-INVITE', () => {
  it('changes the session and is acknowledged', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    bob.onRequest('INVITE', (incoming) => incoming.reply(200, { body: `answer to ${incoming.request.bodyText()}`, contentType: 'application/sdp' }));
    const response = await pair.clock.until(alice.request('INVITE', { body: 'new offer', contentType: 'application/sdp' }));
    expect(response.bodyText()).toBe('answer to new offer');
    await pair.clock.advance(40_000);
    expect(pair.log().slice(3)).toEqual(['alice INVITE 2', 'bob 200 2 INVITE', 'alice ACK 2']);
    expect([alice.ended, bob.ended]).toEqual([undefined, undefined]);
  });

  it('glare: the one that meets another gets 491', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    for (const dialog of [alice, bob]) dialog.onRequest('INVITE', (incoming) => incoming.reply(200));
    const [fromAlice, fromBob] = await pair.clock.until(Promise.all([alice.request('INVITE'), bob.request('INVITE')]));
    expect([fromAlice.status, fromBob.status]).toEqual([491, 491]);
    expect((await pair.clock.until(alice.request('INVITE'))).status).toBe(200);
  });

  it('while one is being answered gets 500 with Retry-After', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    bob.onRequest('INVITE', () => undefined);
    void alice.request('INVITE').catch(() => undefined);
    await pair.clock.advance(50);
    const second = pair.alice.createRequest('INVITE', BOB_URI, { from: 'sip:x@x' });
    const inDialog = alice.state.createRequest('INVITE');
    inDialog.headers.append('Contact', second.headers.get('Contact')!);
    const error = await pair.clock.until(pair.alice.invite(inDialog).answered.catch((error: unknown) => error));
    expect(error).toMatchObject({ status: 500 });
    expect((error as { response: { headers: { get(name: string): string } } }).response.headers.get('Retry-After')).toMatch(/^\d+$/);
  });

  it('whose handler never answers gets 500, and bars no other for ever', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    bob.onRequest('INVITE', () => undefined);
    const first = alice.request('INVITE');
    await pair.clock.advance(31_000);
    bob.onRequest('INVITE', (incoming) => incoming.reply(200));
    await pair.clock.until(first.catch(() => undefined));
    await pair.clock.advance(1000);
    expect(pair.log().filter((line) => line === 'bob 500 2 INVITE')).toHaveLength(1);
  });

  it('that would change something gets 488 where nobody handles it, and the session stays as it is', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    expect((await pair.clock.until(alice.request('INVITE', { body: 'another offer', contentType: 'application/sdp' }))).status).toBe(488);
    expect(bob.ended).toBeUndefined();
  });

  it('moves the remote target', async () => {
    const pair = filteredPair(() => false);
    const { alice, bob } = await established(pair);
    bob.onRequest('INVITE', (incoming) => incoming.reply(200, { headers: { Contact: '<sip:bob@10.0.0.2:5060;moved=yes>' } }));
    await pair.clock.until(alice.request('INVITE'));
    expect(alice.remoteTarget).toBe('sip:bob@10.0.0.2:5060;moved=yes');
  });
});
