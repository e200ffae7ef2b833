/**
 * Calls of this page: who rings here, the one call that one is in, and those whom one has asked into a room. What front tells of calls is
 * handed to whichever of them it is about.
 */
import { batch, signal, type ReadonlySignal } from '@preact/signals';
import type { CallEnd, CallEnded, Invited } from '../../connection/meeting-messages.ts';
import { failureOf, type Failure } from '../../connection/failure.ts';
import type { EventOf } from '../../connection/events.ts';
import { Call, type CallOptions } from './call.ts';
import type { CallOver } from './call-state.ts';
import { withElsewhere, withInvitation, withoutInvitation, type Invitation } from './invitations.ts';
import { ringOf, withoutRing, withRing, type Ring } from './rings.ts';

export interface CallsOptions extends Pick<CallOptions, 'wire' | 'media' | 'name' | 'newPeer' | 'timing' | 'date' | 'onText'> {
  /** Goes into a room without asking further. Resolves when inside; false when that did not work. */
  readonly enterRoom: (id: string, key: string | undefined) => Promise<boolean>;
  /** Room that one is inside of. */
  readonly roomInside: () => { readonly id: string; readonly key: string | undefined } | undefined;
  readonly leaveRoom: () => void;
  readonly tell: (news: CallNews) => void;
}

/** What a person is told in passing. */
export type CallNews =
  /** A call that one was in, or placed, is over. */
  | { readonly type: 'over'; readonly name: string; readonly reason: CallOver; readonly failure: Failure | undefined }
  /** Somebody asked into the room has answered, or not. */
  | { readonly type: 'invitation'; readonly name: string; readonly reason: CallEnd | 'answered' | 'elsewhere' | 'ringing' }
  | { readonly type: 'invitation-refused'; readonly name: string; readonly failure: Failure }
  /** It rang here and was not answered. */
  | { readonly type: 'missed'; readonly name: string }
  /** Too late, or answered on another page. */
  | { readonly type: 'ring-over'; readonly name: string; readonly reason: CallEnd | 'unknown-call' }
  | { readonly type: 'in-a-call' };

const WORDLESS: ReadonlySet<CallOver> = new Set<CallOver>(['own', 'hung-up', 'moved', 'answered-elsewhere', 'closed-by-operator']);

/** Messages about calls whose name front has not told us yet: at most these are kept. */
const MAX_EARLY = 16;

type AboutCall = EventOf<'ringing'> | EventOf<'answered'> | CallEnded;

export class Calls {
  readonly #options: CallsOptions;
  readonly #rings = signal<readonly Ring[]>([]);
  readonly #active = signal<Call | undefined>(undefined);
  readonly #invitations = signal<readonly Invitation[]>([]);
  readonly #expiries = new Map<string, () => void>();
  #early: readonly AboutCall[] = [];
  /** Whom to ask into the room that a call moves to. */
  readonly #added = new Map<Call, string>();

  constructor(options: CallsOptions) {
    this.#options = options;
    const { wire } = options;
    wire.on('invited', (invited) => this.#onInvited(invited));
    wire.on('ringing', (event) => this.#hear(event));
    wire.on('answered', (event) => this.#hear(event));
    wire.on('ended', (event) => 'call' in event && this.#hear(event));
    wire.on('candidates', ({ call, fragment }) => this.#ofCall(call)?.onCandidates(fragment));
    wire.on('resumed', () => void this.#resume());
    wire.on('disconnected', () => this.#stopRinging());
  }

  /** Who rings here. */
  get rings(): ReadonlySignal<readonly Ring[]> {
    return this.#rings;
  }

  /** The call one is in; it stays for its last word after it is over, until {@link dismiss}. */
  get active(): ReadonlySignal<Call | undefined> {
    return this.#active;
  }

  get invitations(): ReadonlySignal<readonly Invitation[]> {
    return this.#invitations;
  }

  get busy(): boolean {
    const call = this.#active.peek();
    return (call !== undefined && call.state.peek().phase.kind !== 'over') || this.#options.roomInside() !== undefined;
  }

  /** Calls somebody; from inside a room it asks them in there. */
  startCall(name: string): void {
    const room = this.#options.roomInside();
    if (room) return void this.invite(name, room);
    if (this.busy) { this.#options.tell({ type: 'in-a-call' }); return; }
    const call = this.#newCall('caller', name);
    this.#active.value = call;
    void call.place().then(() => call.id !== undefined && this.#hearEarly(call.id));
  }

  /**
   * Accepts what rings; a call or room that one is in ends for it.
   * @param video whether to show oneself
   */
  async accept(ring: Ring, video: boolean): Promise<void> {
    const { wire, media, tell } = this.#options;
    this.#forget(ring.call);
    if (ring.until <= this.#options.timing.now()) { tell({ type: 'ring-over', name: ring.from, reason: 'expired' }); return; }
    const release = media.hold();
    try {
      this.#active.peek()?.leave();
      this.dismiss();
      if (ring.room?.id !== this.#options.roomInside()?.id) this.#options.leaveRoom();
      void media.setVideo(video);
      void media.setAudio(true);
      if (ring.sdp !== undefined) {
        const call = this.#newCall('called', ring.from, ring.call);
        this.#active.value = call;
        await call.accept(ring.sdp);
      } else if (ring.room) {
        await wire.request('accept', { call: ring.call });
        await this.#options.enterRoom(ring.room.id, ring.room.key);
      }
    } catch (error) {
      tell({ type: 'ring-over', name: ring.from, reason: failureOf(error).id === 'unknown-call' ? 'unknown-call' : 'failed' });
    } finally {
      release();
    }
  }

  decline({ call }: Ring): void {
    this.#forget(call);
    void this.#options.wire.request('decline', { call }).catch(() => undefined);
  }

  /** Asks somebody into a room that one is inside of. */
  async invite(to: string, room: { readonly id: string; readonly key: string | undefined }, replaces?: string): Promise<boolean> {
    const { wire, tell } = this.#options;
    if (this.#invitations.peek().some((each) => each.name === to && each.room === room.id)) return true;
    try {
      const body = { to, room: room.id, ...(room.key === undefined ? {} : { key: room.key }), ...(replaces === undefined ? {} : { replaces }) };
      const { call } = await wire.request('invite', body);
      this.#invitations.value = withInvitation(this.#invitations.peek(), { call, name: to, room: room.id, elsewhere: false, quiet: replaces !== undefined });
      if (replaces === undefined) tell({ type: 'invitation', name: to, reason: 'ringing' });
      this.#hearEarly(call);
      return true;
    } catch (error) {
      tell({ type: 'invitation-refused', name: to, failure: failureOf(error) });
      return false;
    }
  }

  cancelInvitation({ call }: Invitation): void {
    this.#invitations.value = withoutInvitation(this.#invitations.peek(), call);
    void this.#options.wire.request('hang-up', { call }).catch(() => undefined);
  }

  /** Takes the last word of a call that is over off the page. */
  dismiss(): void {
    if (this.#active.peek()?.state.peek().phase.kind === 'over') this.#active.value = undefined;
  }

  /** Signed out, or the page closes: everything ends. */
  stop(): void {
    this.#active.peek()?.leave();
    this.dismiss();
    for (const invitation of this.#invitations.peek()) this.cancelInvitation(invitation);
    this.#stopRinging();
  }

  #newCall(role: 'caller' | 'called', other: string, id?: string): Call {
    const call: Call = new Call({
      ...this.#options,
      role,
      other,
      ...(id === undefined ? {} : { call: id }),
      onOpenRoom: () => void this.#openRoom(call),
      onInvite: (name) => this.#add(call, name),
      onOver: () => this.#onOver(call),
    });
    return call;
  }

  /** A third person: the call goes on in a room, and they are asked there. */
  #add(call: Call, name: string): void {
    this.#added.set(call, name);
    call.dispatch({ type: 'open-room' });
  }

  async #openRoom(call: Call): Promise<void> {
    const { wire, enterRoom } = this.#options;
    try {
      const { room } = await wire.request('adhoc', {});
      const replaces = call.id;
      if (call.state.peek().phase.kind !== 'moving') return;
      if (!(await enterRoom(room, undefined))) throw new Error('the room could not be entered');
      // The other may have hung up, or moved to a room of theirs, meanwhile.
      const followed = await this.invite(call.other, { id: room, key: undefined }, replaces);
      const added = this.#added.get(call);
      this.#added.delete(call);
      if (added !== undefined) await this.invite(added, { id: room, key: undefined });
      if (!followed) call.dispatch({ type: 'moved' });
    } catch {
      call.dispatch({ type: 'timer' });
    }
  }

  #onInvited(invited: Invited): void {
    const { timing } = this.#options;
    const call = this.#active.peek();
    if (invited.replaces !== undefined && invited.room !== undefined) {
      if (call && invited.replaces === call.id) void this.#follow(call, invited.call, invited.room, invited.key);
      else void this.#options.wire.request('decline', { call: invited.call }).catch(() => undefined);
      return;
    }
    const ring = ringOf(invited, timing.now());
    this.#rings.value = withRing(this.#rings.peek(), ring);
    this.#expiries.get(ring.call)?.();
    this.#expiries.set(ring.call, timing.after(ring.until - timing.now(), () => this.#onExpired(ring)));
  }

  /** The other has opened a room for the two of us. */
  async #follow(call: Call, invitation: string, room: string, key: string | undefined): Promise<void> {
    const { wire, enterRoom } = this.#options;
    call.dispatch({ type: 'follow' });
    const { phase } = call.state.peek();
    if (phase.kind !== 'moving' || phase.opened) return void wire.request('decline', { call: invitation }).catch(() => undefined);
    try {
      await wire.request('accept', { call: invitation });
      const inside = await enterRoom(room, key);
      call.dispatch({ type: inside ? 'moved' : 'timer' });
    } catch {
      call.dispatch({ type: 'timer' });
    }
  }

  /** What comes before the reply that names the call waits for it. */
  #hear(event: AboutCall): void {
    const known = this.#ofCall(event.call) ?? this.#rings.peek().find(({ call }) => call === event.call) ?? this.#invitations.peek().find(({ call }) => call === event.call);
    if (!known) this.#early = [...this.#early, event].slice(-MAX_EARLY);
    else if (event.type === 'ringing') this.#onRinging(event);
    else if (event.type === 'answered') this.#onAnswered(event);
    else this.#onEnded(event);
  }

  #hearEarly(call: string): void {
    const early = this.#early.filter((event) => event.call === call);
    this.#early = this.#early.filter((event) => event.call !== call);
    for (const event of early) this.#hear(event);
  }

  #onRinging({ call, elsewhere }: EventOf<'ringing'>): void {
    this.#ofCall(call)?.dispatch({ type: 'ringing', elsewhere });
    const invitation = this.#invitations.peek().find((each) => each.call === call);
    if (!invitation) return;
    this.#invitations.value = withElsewhere(this.#invitations.peek(), call, elsewhere);
    if (elsewhere) this.#options.tell({ type: 'invitation', name: invitation.name, reason: 'elsewhere' });
  }

  #onAnswered({ call, sdp }: EventOf<'answered'>): void {
    void this.#ofCall(call)?.onAnswered(sdp);
    const invitation = this.#invitations.peek().find((each) => each.call === call);
    if (!invitation) return;
    this.#invitations.value = withoutInvitation(this.#invitations.peek(), call);
    if (invitation.quiet) this.#active.peek()?.dispatch({ type: 'moved' });
  }

  #onEnded({ call, reason }: CallEnded): void {
    const ring = this.#rings.peek().find((each) => each.call === call);
    const invitation = this.#invitations.peek().find((each) => each.call === call);
    batch(() => {
      this.#forget(call);
      this.#invitations.value = withoutInvitation(this.#invitations.peek(), call);
      this.#ofCall(call)?.dispatch({ type: 'ended', reason });
    });
    const { tell } = this.#options;
    if (ring) tell(reason === 'cancelled' || reason === 'expired' ? { type: 'missed', name: ring.from } : { type: 'ring-over', name: ring.from, reason });
    if (!invitation) return;
    if (invitation.quiet) this.#active.peek()?.dispatch({ type: 'moved' });
    else if (reason !== 'hung-up') tell({ type: 'invitation', name: invitation.name, reason });
  }

  /** front says so too; a page that hears nothing stops ringing all the same. */
  #onExpired(ring: Ring): void {
    if (!this.#rings.peek().some(({ call }) => call === ring.call)) return;
    this.#forget(ring.call);
    this.#options.tell({ type: 'missed', name: ring.from });
  }

  #forget(call: string): void {
    this.#expiries.get(call)?.();
    this.#expiries.delete(call);
    this.#rings.value = withoutRing(this.#rings.peek(), call);
  }

  #stopRinging(): void {
    for (const { call } of this.#rings.peek()) this.#forget(call);
    this.#invitations.value = [];
  }

  #onOver(call: Call): void {
    const { phase } = call.state.peek();
    this.#added.delete(call);
    if (phase.kind !== 'over') return;
    const { reason, failure } = phase;
    this.#options.tell({ type: 'over', name: call.other, reason, failure });
    // What needs no decision leaves no screen behind.
    if (WORDLESS.has(reason)) this.dismiss();
  }

  /** front may have kept the call while the socket was away. */
  async #resume(): Promise<void> {
    const call = this.#active.peek();
    const id = call?.id;
    if (!call || id === undefined || call.state.peek().phase.kind === 'over') return;
    try {
      await this.#options.wire.request('resume', { call: id });
    } catch (error) {
      if (failureOf(error).id !== 'service-away') call.dispatch({ type: 'ended', reason: 'gone' });
    }
  }

  #ofCall(id: string): Call | undefined {
    const call = this.#active.peek();
    return call?.id === id ? call : undefined;
  }
}
