/** The ladder: the last messages, what of them is shown, and how one stops and steps through them. */
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Party, WireMessage } from '../../connection/trace.ts';
import { identityOf, ladderMessage } from './message.ts';
import type { LadderMessage } from './message.ts';
import { Parties } from './parties.ts';

/** Messages that are kept; the oldest go. */
export const MAX_MESSAGES = 2000;
/** Messages that wait while one has stopped; more are counted. */
export const MAX_HELD = 2000;
/** As many as there are colours in the style sheet. */
const COLOURS = 8;
/** Lifelines beside each other; the messages of further ones are not drawn. */
const MAX_LIFELINES = 12;

export interface Filter {
  /** What title, explanation or text must hold. */
  readonly text: string;
  /** A Call-ID; empty for all. */
  readonly call: string;
}

export interface Call {
  readonly callId: string;
  /** Of its first message. */
  readonly label: string;
  readonly colour: number;
  readonly count: number;
}

const NO_FILTER: Filter = { text: '', call: '' };

export class Ladder {
  readonly parties = new Parties();
  readonly filter = signal<Filter>(NO_FILTER);
  /** Id of the message that is looked at. */
  readonly selected = signal<number | undefined>(undefined);
  readonly #messages = signal<readonly LadderMessage[]>([]);
  readonly #paused = signal(false);
  readonly #held = signal(0);
  readonly #missed = signal(0);
  readonly #waiting: WireMessage[] = [];
  /** The first sending of each message that is kept. */
  readonly #first = new Map<string, number>();
  readonly #colours = new Map<string, number>();
  #nextId = 1;
  #nextColour = 0;
  #began: number | undefined;

  readonly visible: ReadonlySignal<readonly LadderMessage[]> = computed(() => this.#visible());
  readonly lifelines: ReadonlySignal<readonly string[]> = computed(() => this.#lifelines());
  readonly calls: ReadonlySignal<readonly Call[]> = computed(() => this.#calls());

  get messages(): ReadonlySignal<readonly LadderMessage[]> {
    return this.#messages;
  }

  get paused(): ReadonlySignal<boolean> {
    return this.#paused;
  }

  /** Messages that wait to be shown. */
  get held(): ReadonlySignal<number> {
    return this.#held;
  }

  /** Messages that passed and are not here. */
  get missed(): ReadonlySignal<number> {
    return this.#missed;
  }

  /** When the first message passed, ms since 1970. */
  get began(): number {
    return this.#began ?? 0;
  }

  colourOf(callId: string): number {
    return this.#colours.get(callId) ?? 0;
  }

  /** Messages have passed; while one has stopped they wait. */
  add(messages: readonly WireMessage[], parties: ReadonlyMap<string, Party> = new Map(), dropped = 0): void {
    batch(() => {
      this.parties.tell(parties);
      this.#missed.value += dropped;
      if (this.#paused.peek()) this.#hold(messages);
      else this.#show(messages);
    });
  }

  pause(): void {
    this.#paused.value = true;
  }

  /** Shows all that waits, and from then on what comes. */
  resume(): void {
    batch(() => {
      this.#paused.value = false;
      this.#show(this.#waiting.splice(0));
      this.#held.value = 0;
    });
  }

  /** Shows one of those that wait. */
  step(): void {
    batch(() => {
      this.#show(this.#waiting.splice(0, 1));
      this.#held.value = this.#waiting.length;
      this.selected.value = this.#messages.peek().at(-1)?.id;
    });
  }

  clear(): void {
    batch(() => {
      this.#messages.value = [];
      this.#waiting.length = 0;
      this.#held.value = 0;
      this.#missed.value = 0;
      this.selected.value = undefined;
      this.filter.value = NO_FILTER;
      this.#first.clear();
      this.#colours.clear();
      this.parties.forget();
      this.#nextColour = 0;
      this.#began = undefined;
    });
  }

  /** The message that is looked at, where it is still here. */
  find(id: number | undefined): LadderMessage | undefined {
    return this.#messages.value.find((message) => message.id === id);
  }

  /** Looks at the message `by` places further among those that are shown, from before the first or after the last where none is looked at. */
  move(by: number): void {
    const visible = this.visible.peek();
    const present = visible.findIndex(({ id }) => id === this.selected.peek());
    const from = present >= 0 ? present : by > 0 ? -1 : visible.length;
    this.selected.value = visible[Math.min(visible.length - 1, Math.max(0, from + by))]?.id;
  }

  #hold(messages: readonly WireMessage[]): void {
    const room = MAX_HELD - this.#waiting.length;
    this.#waiting.push(...messages.slice(0, room));
    this.#missed.value += Math.max(0, messages.length - room);
    this.#held.value = this.#waiting.length;
  }

  #show(messages: readonly WireMessage[]): void {
    if (messages.length === 0) return;
    const added = messages.slice(-MAX_MESSAGES).map((message) => this.#read(message));
    const all = [...this.#messages.peek(), ...added];
    const gone = all.splice(0, Math.max(0, all.length - MAX_MESSAGES));
    this.#messages.value = all;
    this.#forget(gone, all);
  }

  #read(message: WireMessage): LadderMessage {
    const id = this.#nextId++;
    this.#began ??= message.at;
    const identity = identityOf(message);
    const again = this.#first.get(identity);
    if (again === undefined) this.#first.set(identity, id);
    const read = ladderMessage(message, id, again);
    if (read.sip) this.parties.learn(message, read.sip);
    if (read.callId !== '' && !this.#colours.has(read.callId)) this.#colours.set(read.callId, this.#nextColour++ % COLOURS);
    return read;
  }

  #forget(gone: readonly LadderMessage[], left: readonly LadderMessage[]): void {
    if (gone.length === 0) return;
    for (const message of gone) if (message.again === undefined) this.#first.delete(identityOf(message));
    const calls = new Set(left.map(({ callId }) => callId));
    for (const { callId } of gone) if (!calls.has(callId)) this.#colours.delete(callId);
    if (!this.find(this.selected.peek())) this.selected.value = undefined;
  }

  #visible(): readonly LadderMessage[] {
    const { text, call } = this.filter.value;
    const wanted = text.trim().toLowerCase();
    if (wanted === '' && call === '') return this.#messages.value;
    return this.#messages.value.filter(
      ({ title, what, raw, callId }) => (call === '' || callId === call) && (wanted === '' || `${title} ${what}\n${raw}`.toLowerCase().includes(wanted)),
    );
  }

  /** Those of one call, where one was chosen; else also of messages that are filtered out, so that the lines stay where they are. */
  #lifelines(): readonly string[] {
    const { call } = this.filter.value;
    const addresses = new Set<string>();
    for (const { source, target, callId } of this.#messages.value) if (call === '' || callId === call) addresses.add(source).add(target);
    return this.parties.ordered(addresses).slice(0, MAX_LIFELINES);
  }

  #calls(): readonly Call[] {
    const calls = new Map<string, Call>();
    for (const { callId, title, what } of this.#messages.value) {
      if (callId === '') continue;
      const known = calls.get(callId);
      calls.set(callId, known ? { ...known, count: known.count + 1 } : { callId, label: `${title} ${what}`, colour: this.colourOf(callId), count: 1 });
    }
    return [...calls.values()];
  }
}
