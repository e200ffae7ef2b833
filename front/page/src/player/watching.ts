/** One watch at a time: of the streamer in the address, for as long as the viewer is signed in. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { leaveBeacon, type Api } from '../connection/api.ts';
import type { Failure } from '../connection/failure.ts';
import type { Directory } from '../connection/directory.ts';
import { hasControls, type Streamer } from '../connection/streamer.ts';
import { browserTiming } from '../connection/timing.ts';
import type { Session } from '../sign-in/session.ts';
import type { IceSettings } from '../meeting/ice-settings.ts';
import { otherTabs } from './other-tabs.ts';
import { hasWebRtc, Peer } from './peer.ts';
import { Standby } from './standby.ts';
import { Watch } from './watch.ts';

export interface WatchingOptions {
  readonly api: Pick<Api, 'offer' | 'leave'>;
  readonly directory: Directory;
  readonly session: Session;
  /** By which ways media may come. */
  readonly ice: () => IceSettings;
}

export class Watching {
  readonly #options: WatchingOptions;
  readonly #watch = signal<Watch | undefined>(undefined);
  /** Under which calls are made; still that of the last call when one has just signed out. */
  #name = '';
  /** There while the call before is being ended: what comes later would end the next one. */
  #leaving: Promise<void> | undefined;
  readonly #tabs = otherTabs(() => this.#name, () => this.#watch.peek()?.dispatch({ type: 'other-tab' }));
  readonly #standby = new Standby<Peer>({
    timing: browserTiming,
    make: () => this.#newStandby(),
  });
  readonly #gatherFully = new URLSearchParams(location.search).get('gather') === 'wait';

  constructor(options: WatchingOptions) {
    this.#options = options;
  }

  get watch(): ReadonlySignal<Watch | undefined> {
    return this.#watch;
  }

  /** @param soon whether the viewer sees what there is to choose from */
  expect(soon: boolean): void {
    if (soon) this.#standby.prepare();
    else this.#standby.release();
  }

  /** The page is seen again or not any more, or the network is another. */
  surroundingsChanged(): void {
    this.#standby.renew();
  }

  /** @param streamer undefined for none; to be said again when the viewer's name has changed */
  choose(streamer: string | undefined): void {
    const { state } = this.#options.session;
    if (state.peek().kind === 'in') this.#name = state.peek().name;
    const present = this.#watch.peek();
    if (present?.streamer === streamer) return;
    present?.stop();
    const watch = streamer === undefined ? undefined : this.#newWatch(streamer);
    // The call goes out before the page turns to drawing the player.
    watch?.start();
    this.#watch.value = watch;
  }

  /** Watches here, although another tab does. */
  watchHere(): void {
    this.#tabs.claim(this.#name);
    this.#watch.peek()?.dispatch({ type: 'retry-now' });
  }

  /** The list of streamers is there, or has changed. */
  listed(): void {
    const watch = this.#watch.peek();
    watch?.dispatch({ type: 'listed', address: this.#find(watch.streamer)?.address });
  }

  /**
   * A streamer has ended its call, or an operator has.
   * @param ending why, where media never came up
   */
  ended(streamer: string, ending: { readonly failure?: Failure; readonly byOperator?: boolean }): void {
    const watch = this.#watch.peek();
    if (watch?.streamer === streamer) watch.dispatch({ type: 'ended', ...ending });
  }

  /** Whoever carried the call is gone, although media may flow: see recall.ts. */
  callAgain(): void {
    this.#watch.peek()?.dispatch({ type: 'call-again' });
  }

  /** What front carries for this viewer: where it is not what plays here, the front that carried that is gone, and another goes on. */
  carried(streamer: string | undefined): void {
    const watch = this.#watch.peek();
    if (watch?.holdsCall && watch.streamer !== streamer) watch.dispatch({ type: 'call-again' });
  }

  serviceReturned(): void {
    this.#watch.peek()?.dispatch({ type: 'service-returned' });
  }

  /** The page is hidden for good. Only the tab that watches hangs up: other tabs of the same name leave its call alone. */
  leaveByBeacon(): void {
    if (this.#watch.peek()?.holdsCall) navigator.sendBeacon('/leave', leaveBeacon(this.#name));
  }

  /** The page was hidden for good, and is back all the same. */
  returnFromCache(): void {
    this.#watch.peek()?.dispatch({ type: 'connection-failed' });
  }

  #newWatch(streamer: string): Watch {
    const { api, directory, session, ice } = this.#options;
    this.#tabs.claim(this.#name);
    const watch = new Watch({
      streamer,
      ask: async (offer, abort, beside) => {
        if (typeof offer === 'string' && !this.#leaving) return api.offer(this.#name, streamer, offer, abort, beside);
        const [sdp] = await Promise.all([offer, this.#leaving]);
        return api.offer(this.#name, streamer, sdp, abort, beside);
      },
      register: () => session.renew(),
      hangUp: (failure) => {
        const leaving: Promise<void> = Promise.all([this.#leaving, api.leave(this.#name, failure)]).then(() => {
          if (this.#leaving === leaving) this.#leaving = undefined;
        });
        this.#leaving = leaving;
      },
      ice,
      // What waits has not gathered all of its addresses.
      newPeer: (controls) => (this.#gatherFully ? undefined : this.#standby.take()) ?? new Peer({ gatherFully: this.#gatherFully, controls, ice: ice() }),
      // Before the list is there, a data channel is asked for: front takes it out again where there is no use for it.
      hasControls: () => !directory.streamers.peek() || hasControls(this.#find(streamer)),
      timing: browserTiming,
      random: () => Math.random(),
    });
    if (directory.streamers.peek()) watch.dispatch({ type: 'listed', address: this.#find(streamer)?.address });
    return watch;
  }

  #newStandby(): Peer | undefined {
    const ice = this.#options.ice();
    // A place at a relay is not taken for who may never watch.
    if (!hasWebRtc() || document.visibilityState !== 'visible' || ice.iceServers.length > 0) return undefined;
    // Front takes out the channel for controls where there is no use for it.
    return new Peer({ gatherFully: false, controls: true, ice });
  }

  #find(name: string): Streamer | undefined {
    return this.#options.directory.streamers.peek()?.find((streamer) => streamer.name === name);
  }
}
