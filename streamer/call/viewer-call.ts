/** One viewer, from his INVITE to the BYE of either side: signaling, connection and media begin and end together. */
import type { Logger } from '../../shared/log/logger.ts';
import { SdpError } from '../../shared/sdp/index.ts';
import { AckTimeoutError, CallCancelledError, type Dialog, type IncomingCall } from '../../shared/sip/index.ts';
import type { Fanout } from '../fanout/fanout.ts';
import type { Viewer } from '../fanout/viewer.ts';
import { NotAcceptableError, type Connect, type ViewerConnection } from './viewer-connection.ts';

export interface ViewerCallOptions {
  readonly call: IncomingCall;
  readonly fanout: Fanout;
  readonly connect: Connect;
  readonly log: Logger;
}

export class ViewerCall {
  readonly callId: string;
  readonly #options: ViewerCallOptions;
  readonly #log: Logger;
  #connection: ViewerConnection | undefined;
  #viewer: Viewer | undefined;
  #dialog: Dialog | undefined;
  #over = false;

  constructor(options: ViewerCallOptions) {
    this.#options = options;
    this.callId = options.call.callId;
    this.#log = options.log.child({ callId: this.callId });
  }

  /** Answers the call and sees it through; resolves when it is over and everything is released. */
  async run(): Promise<void> {
    const { call, connect } = this.#options;
    call.onCancelled(() => void this.#release());
    try {
      const connection = await connect(call.request.body.toString('utf8'));
      this.#connection = connection;
      if (call.cancelled) throw new CallCancelledError(call.request.to.uri, this.callId);
      const ended = new Promise<string>((resolve) => connection.onClosed(resolve));
      connection.onConnected(() => this.#begin(connection));
      const dialog = (this.#dialog = await call.accept(202, connection.answer));
      if (this.#over) {
        await dialog.bye();
        return;
      }
      const left = new Promise<string>((resolve) => dialog.onEnded((reason) => resolve(`dialog ended: ${reason}`)));
      const reason = await Promise.race([ended, left]);
      this.#log.info(this.#summary(), `viewer gone (${reason})`);
      if (!dialog.ended) await dialog.bye(`SIP;text="${reason}"`);
    } catch (error) {
      this.#refuse(error);
    }
    await this.#release();
  }

  /** Sends BYE, without waiting for its answer, and releases everything. */
  async end(reason: string): Promise<void> {
    void this.#dialog?.bye(`SIP;text="${reason}"`);
    await this.#release();
  }

  #begin(connection: ViewerConnection): void {
    if (this.#over) return;
    this.#log.info('viewer connected');
    this.#viewer = this.#options.fanout.add(connection);
  }

  #refuse(error: unknown): void {
    const { call } = this.#options;
    if (error instanceof CallCancelledError) return;
    if (error instanceof AckTimeoutError) this.#log.warn('nobody acknowledged our answer; the call is ended');
    else if (error instanceof SdpError) call.reject(400, { reason: 'Bad Session Description', headers: { Warning: warning(error.message) } });
    else if (error instanceof NotAcceptableError) call.reject(488, { headers: { Warning: warning(error.message) } });
    else {
      this.#log.error({ err: error }, 'the offer could not be answered');
      call.reject(500);
    }
  }

  async #release(): Promise<void> {
    this.#over = true;
    if (this.#viewer) this.#options.fanout.remove(this.#viewer);
    await this.#connection?.close();
  }

  #summary(): Record<string, unknown> {
    const statistics = this.#viewer?.statistics();
    if (!statistics) return {};
    const { tracks, nacks, roundTripMs } = statistics;
    const sum = (pick: (track: (typeof tracks)[number]) => number) => tracks.reduce((total, track) => total + pick(track), 0);
    return { packets: sum(({ packets }) => packets), retransmitted: sum(({ retransmitted }) => retransmitted), lost: sum(({ packetsLost }) => packetsLost), nacks, roundTripMs };
  }
}

/** RFC 3261 §20.43: 399 is a warning for people. */
function warning(text: string): string {
  return `399 sipcast "${text.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200)}"`;
}
