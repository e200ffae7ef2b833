/** What people do with each other through this front: being online, calls, rooms and chat, put together over one SIP agent. */
import type { Logger } from '../shared/log/logger.ts';
import type { Agent, Clock, RandomSource } from '../shared/sip/index.ts';
import { Calls } from './calls/calls.ts';
import type { RunningCall, RunningCalls } from './calls/running-calls.ts';
import { PrivateTexts } from './chat/private-texts.ts';
import type { RoomAdmission } from './meetings/admission.ts';
import { Meetings } from './meetings/meetings.ts';
import { ROOMS_PACKAGE } from './meetings/occupancy.ts';
import { RoomsFeed } from './meetings/rooms-feed.ts';
import { PersonContacts } from './people/contacts.ts';
import { Pages } from './people/pages.ts';
import { People } from './people/people.ts';
import { PEOPLE_PACKAGE } from './people/person.ts';
import { Presence } from './people/presence.ts';
import type { Continuity } from './people/presence.ts';
import type { Domain } from './sip/domain.ts';
import { ListClient } from './sip/list-client.ts';
import { ListWatcher } from './sip/list-watcher.ts';
import { TraceSubscriber } from './sip/trace-subscriber.ts';
import { TraceReaders } from './trace/trace-readers.ts';
import type { Viewer } from './viewers/viewer.ts';
import { Desk } from './websocket/desk.ts';

export interface CompanyOptions {
  readonly agent: Agent;
  readonly domain: Domain;
  readonly admission: RoomAdmission;
  /** The viewer who has a name now. */
  readonly find: (name: string) => Viewer | undefined;
  /** Hears of each room that somebody is inside, whenever anything changes. */
  readonly onOccupied?: (room: string) => void;
  /** In whose name front asks when it asks for no viewer. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Logger;
  /** Where there are several fronts. */
  readonly continuity?: Continuity | undefined;
}

export class Company implements RunningCalls {
  readonly pages = new Pages();
  readonly calls: Calls;
  readonly meetings: Meetings;
  readonly rooms: RoomsFeed;
  /** Pages that read along. */
  readonly trace: TraceReaders;
  /** Serves what pages ask. */
  readonly desk: Desk;
  readonly #log: Logger;
  readonly #presence: Presence;
  readonly #people: People;
  readonly #watchers: readonly { start(): void; close(): Promise<void> }[];

  constructor(given: CompanyOptions) {
    const { agent, wallClock, random, log } = given;
    this.#log = log;
    const options = { ...given, pages: this.pages, now: wallClock };
    const people = new ListWatcher({ ...options, list: PEOPLE_PACKAGE, client: new ListClient({ ...options, list: PEOPLE_PACKAGE }) });
    const occupancy = new ListWatcher({ ...options, list: ROOMS_PACKAGE, client: new ListClient({ ...options, list: ROOMS_PACKAGE }) });
    this.#watchers = [people, occupancy];
    const contacts = new PersonContacts(agent.layer.sentBy, random);
    occupancy.onEntries((rooms) => {
      for (const { id } of rooms) given.onOccupied?.(id);
    });
    this.#people = new People({ ...options, source: people });
    this.rooms = new RoomsFeed({ ...options, source: occupancy });
    const presence = new Presence({ ...options, contacts });
    this.#presence = presence;
    this.meetings = new Meetings(options);
    this.calls = new Calls({ ...options, contacts, presence, inRoom: (viewer) => this.meetings.has(viewer) });
    const texts = new PrivateTexts({ ...options, contacts, presence });
    this.trace = new TraceReaders({ ...options, source: new TraceSubscriber(options) });
    this.desk = new Desk({ ...options, presence, context: { calls: this.calls, meetings: this.meetings, texts, trace: this.trace } });
  }

  get people(): number {
    return this.#presence.size;
  }

  get personCalls(): number {
    return this.calls.size;
  }

  get places(): number {
    return this.meetings.size;
  }

  /** Begins to hear who is online. */
  start(): void {
    for (const watcher of this.#watchers) watcher.start();
  }

  /** The viewer is called otherwise from now on. */
  renamed(viewer: Viewer): void {
    this.#presence.renamed(viewer);
    const { name } = viewer;
    this.#presence.confirmed(viewer).then(
      () => {
        if (viewer.name === name) this.meetings.renamed(viewer);
      },
      (err: unknown) => this.#log.debug({ err, name }, 'rooms are not told of a name that is another\'s'),
    );
  }

  /** Calls that run, for operators; whoever is in a room counts as one who calls it. */
  list(): readonly RunningCall[] {
    const places = [...this.meetings.running()].map(({ callId, viewer, room, title, since }) => ({ id: callId, from: viewer.name, to: title ?? room, sinceMs: since }));
    return [...this.calls.list(), ...places];
  }

  /** Ends a call, or somebody's being in a room, for an operator. @returns whether there was one */
  end(id: string): boolean {
    const place = [...this.meetings.running()].find(({ callId }) => callId === id);
    place?.showOut('closed-by-operator');
    return place !== undefined || this.calls.end(id);
  }

  /** Ends everything and takes everybody out of the directory; resolves when others have confirmed it or never will. */
  async close(): Promise<void> {
    this.calls.close();
    this.#people.close();
    this.rooms.close();
    await Promise.all([this.meetings.close(), this.#presence.close(), this.trace.close(), ...this.#watchers.map((watcher) => watcher.close())]);
  }
}
