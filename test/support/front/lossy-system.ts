/**
 * Front, daemon and streamer in one process on a network that loses datagrams, all under virtual time: what takes minutes
 * on a clock takes a moment here, and the same seed gives the same losses.
 */
import { Domain } from '../../../front/sip/domain.ts';
import { SipCaller } from '../../../front/sip/sip-caller.ts';
import { silentLogger } from '../../../shared/log/logger.ts';
import { Agent } from '../../../shared/sip/index.ts';
import type { Transport } from '../../../shared/sip/index.ts';
import { createDaemon } from '../../../signaling/daemon.ts';
import { VolatileDirectory } from '../signaling/volatile-directory.ts';
import { LossyTransport } from '../sip/lossy-transport.ts';
import { MemoryNetwork } from '../sip/memory-network.ts';
import type { VirtualClock } from '../sip/virtual-clock.ts';
import { recordedAnswer } from './signaling-peer.ts';

const DAEMON = { host: '10.0.0.1', port: 5060 };
const STREAMER = { host: '10.0.0.2', port: 5060 };
const FRONT = { host: '10.0.0.3', port: 5060 };
const NETWORK_DELAY_MS = 5;

/** How long the streamer takes for an answer, ms. */
const ANSWER_MS = 20;

export interface LossySystem {
  readonly network: MemoryNetwork;
  readonly caller: SipCaller;
  /** Call-ID of each call that the streamer began to serve, as often as it did. */
  readonly executed: readonly string[];
  /** Calls that are established at the streamer now. */
  readonly established: () => number;
  close(): Promise<void>;
}

/** Starts it and registers the streamer `cam`. @param loss share of datagrams lost on each hop, in each direction */
export async function startLossySystem({ clock, loss, seed }: { clock: VirtualClock; loss: number; seed: number }): Promise<LossySystem> {
  const network = new MemoryNetwork({ clock, delayMs: NETWORK_DELAY_MS });
  const lossy = (transport: Transport, salt: number) => new LossyTransport(transport, { seed: seed + salt, clock, outgoing: { loss } });
  const unlimited = { perSecond: Infinity, burst: Infinity };
  const daemon = createDaemon({
    directory: new VolatileDirectory(clock),
    transport: lossy(network.attach(DAEMON), 1),
    log: silentLogger,
    clock,
    rateLimits: { strangers: unlimited, known: unlimited },
  });
  const streamer = new Agent({ transport: lossy(network.attach(STREAMER), 2), clock });
  const front = new Agent({ transport: lossy(network.attach(FRONT), 3), clock });
  const domain = new Domain(DAEMON);
  const executed: string[] = [];
  let established = 0;
  streamer.onCall(async (call) => {
    executed.push(call.callId);
    await new Promise<void>((resolve) => clock.setTimeout(resolve, ANSWER_MS));
    try {
      const dialog = await call.accept(202, recordedAnswer(call.request.bodyText()));
      established++;
      dialog.onEnded(() => established--);
    } catch {
      // Its ACK was lost for 64*T1, or it was cancelled: the agent has said so to the caller.
    }
  });
  const register = async () => {
    const request = streamer.createRequest('REGISTER', domain.uri, {
      from: domain.addressOf('cam'),
      to: domain.addressOf('cam'),
      headers: { Contact: `<sip:cam@${STREAMER.host}:${STREAMER.port}>`, Expires: '600' },
      body: JSON.stringify({ title: 'Cam', codecs: { audio: ['opus'], video: ['VP8'] } }),
      contentType: 'application/json',
    });
    const { status } = await streamer.request(request, { nextHop: DAEMON });
    if (status !== 200) throw new Error(`REGISTER was answered ${status}`);
  };
  await clock.until(register());
  return {
    network,
    caller: new SipCaller({ agent: front, domain, log: silentLogger }),
    executed,
    established: () => established,
    close: async () => {
      await Promise.all([front.close(0), streamer.close(0)]);
      await daemon.close();
    },
  };
}
