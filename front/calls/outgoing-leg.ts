/** The caller's side: INVITE with ten seconds to live, what rings, the answer, CANCEL (RFC 3261 §13.2, §9.1). */
import type { Agent, Answer, OutgoingCall, SipResponse } from '../../shared/sip/index.ts';
import { CallRejectedError } from '../../shared/sip/index.ts';
import type { Page } from '../people/page.ts';
import type { Domain } from '../sip/domain.ts';
import { receivedCall } from './descriptions.ts';
import type { PreparedCall } from './descriptions.ts';
import { endOfRefusal } from './ended.ts';
import { formatInvitation, URI_LIST_TYPE } from './invitation.ts';
import type { RoomInvitation } from './invitation.ts';
import { Leg } from './leg.ts';
import type { LegOptions } from './leg.ts';

/** How long somebody is rung, seconds. */
export const RING_SECONDS = 10;

/** How long it is waited for the other side's first word before the page is told that the call is under way, ms. */
const FIRST_WORD_MS = 1_000;

const SDP_TYPE = 'application/sdp';
const RINGING = 180;
const QUEUED = 182;

/** What the INVITE is about: a call with this offer, or an invitation into a room. */
export type Proposal = { readonly offer: PreparedCall } | { readonly invitation: RoomInvitation; readonly replaces: string | undefined };

export interface OutgoingLegOptions extends LegOptions {
  readonly agent: Agent;
  readonly domain: Domain;
  readonly page: Page;
  readonly proposal: Proposal;
  /** Called when the two are connected. */
  readonly onConnected: (leg: OutgoingLeg) => void;
}

export class OutgoingLeg extends Leg {
  readonly id: string;
  readonly direction = 'outgoing';
  readonly room: string | undefined;
  /** Resolves when something is known of the other side, with the refusal if it is one, or after a moment. */
  readonly firstWord: Promise<number | undefined>;
  readonly #call: OutgoingCall;
  readonly #proposal: Proposal;
  readonly #onConnected: (leg: OutgoingLeg) => void;
  readonly #stopRinging: () => void;
  #heard: (refusal: number | undefined) => void = () => undefined;
  #ringing: string | undefined;
  /** What the page is told once it knows what the call is called. */
  #held: object[] | undefined = [];

  /** Sends the INVITE. */
  constructor(options: OutgoingLegOptions) {
    super(options);
    const { agent, domain, viewer, other, page, proposal, clock, onConnected } = options;
    this.own(page);
    this.#proposal = proposal;
    this.#onConnected = onConnected;
    this.room = 'invitation' in proposal ? proposal.invitation.room : undefined;
    const to = domain.addressOf(other);
    const { body, contentType, headers } = contentOf(proposal, domain);
    const invite = agent.createRequest('INVITE', to, { from: domain.addressOf(viewer.name), to, headers: { Expires: String(RING_SECONDS), ...headers }, body, contentType });
    this.id = invite.callId;
    this.firstWord = new Promise((resolve) => {
      const cancel = clock.setTimeout(() => resolve(undefined), FIRST_WORD_MS);
      this.#heard = (refusal) => {
        cancel();
        resolve(refusal);
      };
    });
    this.#call = agent.invite(invite, { nextHop: domain.nextHop });
    this.#call.onProvisional((response) => this.#rings(response));
    this.#stopRinging = clock.setTimeout(() => this.#expire(), RING_SECONDS * 1000);
    void this.#call.answered.then(
      (answer) => this.#answered(answer),
      (error: unknown) => this.#failed(error),
    );
  }

  /** The page knows the call by its id now. */
  announce(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of held) this.tell(message);
  }

  /** Takes it back because the caller talks to somebody else now. */
  withdraw(): void {
    this.#call.cancel();
    this.end('cancelled');
  }

  protected override tell(message: object): void {
    if (this.#held) this.#held.push(message);
    else super.tell(message);
  }

  protected override giveUp(): void {
    this.#call.cancel();
  }

  protected override finish(): void {
    this.#stopRinging();
    this.#heard(undefined);
    super.finish();
  }

  #rings({ status }: SipResponse): void {
    if (this.over || (status !== RINGING && status !== QUEUED)) return;
    this.#heard(undefined);
    const message = { type: 'ringing', call: this.id, elsewhere: status === QUEUED };
    // The INVITE is relayed again when it was repeated, and then rings again.
    if (this.#ringing === JSON.stringify(message)) return;
    this.#ringing = JSON.stringify(message);
    this.tell(message);
  }

  #expire(): void {
    // What never rang was not heard of by anybody.
    this.end(this.#ringing === undefined ? 'away' : 'expired');
    this.#call.cancel();
  }

  #answered({ dialog, response }: Answer): void {
    if (this.over) {
      void dialog.bye();
      return;
    }
    this.#stopRinging();
    this.#heard(undefined);
    if (!('offer' in this.#proposal)) {
      this.tell({ type: 'answered', call: this.id });
      this.finish();
      void dialog.bye();
      return;
    }
    const answer = receivedCall(response.bodyText(), this.#proposal.offer.kinds);
    if (!answer) {
      this.log.warn({ callId: this.id, other: this.other }, 'hanging up: the answer cannot be used');
      this.end('failed');
      void dialog.bye();
      return;
    }
    this.tell({ type: 'answered', call: this.id, sdp: answer.sdp });
    this.talk(dialog);
    this.#onConnected(this);
  }

  #failed(error: unknown): void {
    const status = error instanceof CallRejectedError ? error.status : undefined;
    this.log.debug({ callId: this.id, err: error }, 'a call came to nothing');
    this.#heard(status);
    this.end(status === undefined ? 'away' : endOfRefusal(status));
  }
}

function contentOf(proposal: Proposal, domain: Domain): { body: string; contentType: string; headers: Record<string, string> } {
  if ('offer' in proposal) return { body: proposal.offer.sdp, contentType: SDP_TYPE, headers: {} };
  const { invitation, replaces } = proposal;
  return { body: formatInvitation(invitation, domain), contentType: URI_LIST_TYPE, headers: replaces === undefined ? {} : { Replaces: replaces } };
}
