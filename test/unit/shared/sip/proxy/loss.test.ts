import { describe, expect, it } from 'vitest';
import { Agent } from '../../../../../shared/sip/agent/agent.ts';
import { LossyTransport } from '../../../../support/sip/lossy-transport.ts';
import { ProxiedNetwork } from '../../../../support/sip/proxied.ts';

const CALLS = 200;
/**
 * One INVITE and its 100 must get through within 64·T1, and so must one 202 of eleven over two such hops: about one call in five hundred
 * is lost for good, whatever one does. Whoever wants to watch calls again.
 */
const ATTEMPTS = 2;

describe('calls through the proxy, 30 % of all datagrams lost on each link in each direction', () => {
  it.each([1, 2])(`${CALLS} of ${CALLS} are made, answered once and hung up (seed 4.13, network seed %i)`, async (seed) => {
    const net = new ProxiedNetwork();
    const lossy = (host: string, linkSeed: number): Agent => {
      const impairment = { loss: 0.3, maxDelayMs: 20 };
      const transport = new LossyTransport(net.network.attach({ host, port: 5060 }), { seed: linkSeed, clock: net.clock, outgoing: impairment, incoming: impairment });
      return new Agent({ transport, clock: net.clock });
    };
    const [caller, bob] = [lossy('10.0.0.1', seed), lossy('10.0.0.2', seed + 100)];
    net.bindings.set('bob', [{ uri: 'sip:bob@10.0.0.2:5060' }]);
    const handled = new Map<string, number>();
    bob.onCall((call) => {
      handled.set(call.callId, (handled.get(call.callId) ?? 0) + 1);
      void call.accept(202, 'answer');
    });
    const one = async (attempt = 1): Promise<boolean> => {
      const call = caller.invite(caller.createRequest('INVITE', 'sip:bob@10.0.0.5:5060', { from: 'sip:alice@10.0.0.5', body: 'offer', contentType: 'application/sdp' }));
      try {
        const { dialog } = await call.answered;
        await dialog.bye();
        return true;
      } catch {
        return attempt < ATTEMPTS ? one(attempt + 1) : false;
      }
    };
    const results = await net.clock.until(Promise.all(Array.from({ length: CALLS }, () => one())));
    await net.clock.advance(300_000);
    expect(results.filter((made) => made)).toHaveLength(CALLS);
    expect(handled.size).toBeLessThan(CALLS + 5);
    expect([...new Set(handled.values())]).toEqual([1]);
    expect([net.layer.serverTransactions, net.layer.clientTransactions, net.clock.pending]).toEqual([0, 0, 0]);
  });
});
