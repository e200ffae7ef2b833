import { describe, expect, it } from 'vitest';
import { seededRandom } from '../support/sip/seeded-random.ts';
import { PROXY, ProxiedNetwork } from '../support/sip/proxied.ts';
import { TORTURE, tortureDatagram } from '../support/sip/torture.ts';
import { mutated, pick } from './mutations.ts';

const MESSAGES = Number(process.env['SIPCAST_FUZZ_MESSAGES'] ?? 20_000) / 4;
const SEED = Number(process.env['SIPCAST_FUZZ_SEED'] ?? 1);
const TIMEOUT_MS = Math.max(60_000, 4 * MESSAGES);
const ATTACKER = { host: '10.6.6.6', port: 5060 };
const BOB = { host: '10.0.0.2', port: 5060 };
const CALLER = { host: '10.0.0.1', port: 5060 };
/** So many damaged messages come between one honest call and the next. */
const BETWEEN_CALLS = 100;
/** Messages of honest calls that are kept to be damaged. */
const KEPT = 2000;

describe('transactions, dialogs, agent and proxy', () => {
  it(`survive ${MESSAGES} damaged messages, their own among them, and honest calls go on`, { timeout: TIMEOUT_MS }, async () => {
    const random = seededRandom(SEED);
    const net = new ProxiedNetwork({ sessionExpires: 90 });
    const caller = net.agent(CALLER.host);
    const bob = net.agent(BOB.host, 'bob');
    bob.onCall(async (call) => {
      call.ring();
      const dialog = await call.accept(202, 'answer');
      dialog.onRequest('INFO', (incoming) => incoming.reply(200));
    });
    bob.handle('MESSAGE', (incoming) => incoming.reply(200));
    const notifier = bob.notifier({ event: 'directory', content: () => ({ body: 'state', contentType: 'text/plain' }) });
    const torture = TORTURE.map(tortureDatagram);
    let overheard: Buffer[] = [];
    let answered = 0;
    let calls = 0;

    const honestCall = async (): Promise<void> => {
      calls++;
      const call = caller.invite(caller.createRequest('INVITE', 'sip:bob@10.0.0.5:5060', { from: 'sip:alice@10.0.0.5', body: 'offer', contentType: 'application/sdp' }));
      const { dialog } = await call.answered;
      await dialog.request('INFO');
      await dialog.request('INVITE', { body: 'offer', contentType: 'application/sdp' });
      answered++;
      // Half of them stay, to be found by the attacker.
      if (random() < 0.5) await dialog.bye();
    };
    const subscription = caller.subscribe(caller.createRequest('SUBSCRIBE', 'sip:bob@10.0.0.5:5060', { from: 'sip:alice@10.0.0.5', headers: { Event: 'directory' } }));
    await net.clock.until(subscription.established);

    for (let i = 0; i < MESSAGES; i++) {
      if (i % BETWEEN_CALLS === 0) {
        await net.clock.until(honestCall());
        notifier.notifyAll();
        overheard = [...overheard, ...net.network.sent.map(({ datagram }) => datagram)].slice(-KEPT);
        net.network.sent.length = 0;
      }
      const original = overheard.length > 0 && random() < 0.7 ? pick(overheard, random) : pick(torture, random);
      const datagram = random() < 0.1 ? original : mutated(original, random);
      try {
        net.network.carry(datagram, ATTACKER, pick([PROXY, BOB, CALLER], random));
        await net.clock.advance(Math.floor(random() * 50));
      } catch (cause) {
        throw new Error(`Not survived: seed ${SEED}, message ${i}: ${datagram.toString('base64').slice(0, 4000)}`, { cause });
      }
    }
    expect(answered).toBe(calls);
    await Promise.all([net.clock.until(caller.close()), net.clock.until(bob.close())]);
    await net.clock.advance(600_000);
    expect([net.layer.serverTransactions, net.layer.clientTransactions, net.layer.wheel.pending]).toEqual([0, 0, 0]);
  });
});
