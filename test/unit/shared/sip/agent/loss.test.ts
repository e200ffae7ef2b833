import { describe, expect, it } from 'vitest';
import { agentPair, BOB_URI } from '../../../../support/sip/pair.ts';

const CALLS = 200;
const IMPAIRMENT = { loss: 0.3, duplication: 0.1, maxDelayMs: 40 };

describe('with 30 % of all datagrams lost in each direction, some doubled and overtaken', () => {
  it.each([1, 2, 3])(`${CALLS} of ${CALLS} calls are made, answered and hung up, none twice (seed 4.13, network seed %i)`, async (seed) => {
    const { clock, alice, bob, network } = agentPair({ impairment: IMPAIRMENT, seed });
    const answered = new Map<string, number>();
    const ended = new Map<string, string>();
    bob.onCall(async (call) => {
      answered.set(call.callId, (answered.get(call.callId) ?? 0) + 1);
      const dialog = await call.accept(202, 'answer');
      dialog.onEnded((reason) => ended.set(call.callId, reason));
    });
    const one = async (): Promise<string> => {
      const call = alice.invite(alice.createRequest('INVITE', BOB_URI, { from: 'sip:alice@10.0.0.1', body: 'offer', contentType: 'application/sdp' }));
      const { dialog } = await call.answered;
      await dialog.bye();
      return dialog.callId;
    };
    const calls = await clock.until(Promise.all(Array.from({ length: CALLS }, one)));
    await clock.advance(100_000);
    expect(new Set(calls).size).toBe(CALLS);
    expect([...answered.values()].every((times) => times === 1)).toBe(true);
    expect([...ended.values()].filter((reason) => reason === 'remote-bye')).toHaveLength(CALLS);
    expect(alice.layer.stats.retransmissionsSent).toBeGreaterThan(CALLS / 4);
    expect(network.sent.length).toBeGreaterThan(6 * CALLS);
    expect([alice.layer.clientTransactions, alice.layer.serverTransactions, bob.layer.clientTransactions, bob.layer.serverTransactions, clock.pending]).toEqual([0, 0, 0, 0, 0]);
  });

  it(`${CALLS} of ${CALLS} other requests are carried out once`, async () => {
    const { clock, alice, bob } = agentPair({ impairment: IMPAIRMENT, seed: 4 });
    const handled = new Map<string, number>();
    bob.handle('MESSAGE', (incoming) => {
      const text = incoming.request.bodyText();
      handled.set(text, (handled.get(text) ?? 0) + 1);
      incoming.reply(200);
    });
    const one = async (_: unknown, i: number): Promise<number> => {
      const response = await alice.request(alice.createRequest('MESSAGE', BOB_URI, { from: 'sip:alice@10.0.0.1', body: `message ${i}`, contentType: 'text/plain' }));
      return response.status;
    };
    const statuses = await clock.until(Promise.all(Array.from({ length: CALLS }, one)));
    expect(statuses.every((status) => status === 200)).toBe(true);
    expect([handled.size, ...new Set(handled.values())]).toEqual([CALLS, 1]);
  });
});
