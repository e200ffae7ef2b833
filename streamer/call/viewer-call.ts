/** One viewer, from his INVITE to the BYE of either side: signaling, connection and media begin and end together. */
import { formatFailureReason, readFailureReason } from '../../shared/diagnosis/connection-failure.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { SdpError } from '../../shared/sdp/index.ts';
import { AckTimeoutError, CallCancelledError, type Clock, type Dialog, type IncomingCall } from '../../shared/sip/index.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { ShardUnavailableError, type Shard, type Watching } from '../shard/shard.ts';
import type { CallMeter } from './call-meter.ts';
import { candidatesIn, isFragment } from './candidates.ts';
import { answerRenewal } from './renewal.ts';
import { NotAcceptableError } from './viewer-connection.ts';
import { warning } from './warning.ts';

/** A viewer who finds no place may ask again after this. */
export const RETRY_AFTER_SECONDS = 10;

export interface ViewerCallOptions {
  readonly call: IncomingCall;
  /** Of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly shard: Pick<Shard, 'admit'>;
  readonly meter: CallMeter;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

interface Ending {
  readonly reason: string;
  readonly diagnosis: Diagnosis | undefined;
}

export class ViewerCall {
  readonly callId: string;
  readonly #options: ViewerCallOptions;
  readonly #log: Logger;
  #watching: Watching | undefined;
  #dialog: Dialog | undefined;
  #over = false;

  constructor(options: ViewerCallOptions) {
    this.#options = options;
    this.callId = options.call.callId;
    this.#log = options.log.child({ callId: this.callId });
  }

  /** Answers the call and sees it through; resolves when it is over and everything is released. */
  async run(): Promise<void> {
    const { call, headers = {}, shard, meter, clock } = this.#options;
    const begun = clock.now();
    this.#log.debug('a viewer calls');
    call.onCancelled(() => void this.#release());
    try {
      const watching = (this.#watching = await shard.admit(this.callId, call.request.body.toString('utf8')));
      if (call.cancelled) throw new CallCancelledError(call.request.to.uri, this.callId);
      const ended = new Promise<Ending>((resolve) => watching.onClosed((reason, diagnosis) => resolve({ reason, diagnosis })));
      watching.onConnected(() => {
        if (!this.#over) this.#log.info('viewer connected');
      });
      watching.onFirstFrame(() => {
        const milliseconds = clock.now() - begun;
        meter.firstFrame(milliseconds);
        this.#log.debug({ milliseconds: Math.round(milliseconds) }, 'the first frame is sent');
      });
      const dialog = (this.#dialog = await call.accept(202, watching.answer, { headers }));
      watching.delivered();
      meter.called('answered');
      this.#log.debug('the viewer has the answer');
      if (this.#over) await dialog.bye();
      else await this.#attend(dialog, watching, ended);
    } catch (error) {
      this.#refuse(error);
    }
    await this.#release();
  }

  /** Resolves when dialog and connection are both at their end. */
  async #attend(dialog: Dialog, watching: Watching, ended: Promise<Ending>): Promise<void> {
    dialog.onRequest('INVITE', (incoming) => answerRenewal(incoming, watching));
    dialog.onRequest('INFO', (incoming) => {
      if (!isFragment(incoming)) return;
      watching.addCandidates(candidatesIn(incoming.request.bodyText()));
      incoming.reply(200);
    });
    const left = new Promise<Ending>((resolve) => dialog.onEnded((reason) => resolve({ reason: `dialog ended: ${reason}${said(dialog.byeReason)}`, diagnosis: undefined })));
    const { reason, diagnosis } = await Promise.race([ended, left]);
    const bye = diagnosis ? formatFailureReason(diagnosis) : `SIP;text="${reason}"`;
    const [statistics] = await Promise.all([watching.close(), dialog.ended ? undefined : dialog.bye(bye)]);
    this.#log.info(summary(statistics), `viewer gone (${reason})`);
  }

  /** Sends BYE, without waiting for its answer, and releases everything. */
  async end(reason: string): Promise<void> {
    this.#log.debug({ reason }, 'the viewer is sent away');
    void this.#dialog?.bye(`SIP;text="${reason}"`);
    await this.#release();
  }

  #refuse(error: unknown): void {
    const { call, meter } = this.#options;
    if (error instanceof CallCancelledError) {
      meter.called('cancelled');
      this.#log.debug('the viewer has given up');
      return;
    }
    meter.called(error instanceof AckTimeoutError ? 'unacknowledged' : 'refused');
    this.#log.debug({ err: error }, 'the viewer is refused');
    if (error instanceof AckTimeoutError) this.#log.warn('nobody acknowledged our answer; the call is ended');
    else if (error instanceof SdpError) call.reject(400, { reason: 'Bad Session Description', headers: { Warning: warning(error.message) } });
    else if (error instanceof ShardUnavailableError) call.reject(503, { headers: { 'Retry-After': String(RETRY_AFTER_SECONDS), Warning: warning(error.message) } });
    else if (error instanceof NotAcceptableError) call.reject(488, { headers: { Warning: warning(error.message) } });
    else {
      this.#log.error({ err: error }, 'the offer could not be answered');
      call.reject(500);
    }
  }

  async #release(): Promise<void> {
    this.#over = true;
    await this.#watching?.close();
  }
}

/** What the other side's BYE gave as its reason, for the log. */
function said(reason: string | undefined): string {
  const failure = readFailureReason(reason);
  return failure ? `, ${failure.id}` : '';
}

function summary(statistics: ViewerStatistics | undefined): Record<string, unknown> {
  if (!statistics) return {};
  const { tracks, nacks, roundTripMs, estimatedBitrate } = statistics;
  const sum = (pick: (track: (typeof tracks)[number]) => number) => tracks.reduce((total, track) => total + pick(track), 0);
  return { packets: sum(({ packets }) => packets), retransmitted: sum(({ retransmitted }) => retransmitted), lost: sum(({ packetsLost }) => packetsLost), nacks, roundTripMs, estimatedBitrate };
}
