/** The ladder with what it reads from: live messages, or a capture that was opened. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { App } from '../app.ts';
import { isRecord, listOf, textOf } from '../connection/fields.ts';
import { ladderWords } from '../strings/ladder-words.ts';
import { MAX_FILE_BYTES, readCapture, writeCapture } from './model/capture-file.ts';
import { Ladder, MAX_MESSAGES } from './model/ladder.ts';
import { Live } from './model/live.ts';

const MAX_CAPTURES = 100;
const MAX_NAME_UNITS = 200;
const TYPE = 'application/vnd.tcpdump.pcap';

export class LadderApp {
  readonly ladder = new Ladder();
  readonly live: Live;
  readonly #app: App;
  readonly #file = signal<string | undefined>(undefined);
  readonly #captures = signal<readonly string[]>([]);

  constructor(app: App) {
    this.#app = app;
    this.live = new Live({
      http: { fetch: (...request) => fetch(...request) },
      request: (type, body) => app.requests.request(type, body),
      on: (type, listener) => app.events.on(type, listener),
      bearer: async () => (app.account.user.peek()?.operator === true ? app.account.bearer().catch(() => undefined) : undefined),
      onTrace: ({ messages, parties, dropped }) => this.ladder.add(messages, parties, dropped),
    });
  }

  /** Name of the capture that is shown in place of what passes. */
  get file(): ReadonlySignal<string | undefined> {
    return this.#file;
  }

  /** Names of the captures that front brings. */
  get captures(): ReadonlySignal<readonly string[]> {
    return this.#captures;
  }

  start(): void {
    if (this.#file.peek() === undefined) this.live.start();
    void this.#listCaptures();
  }

  stop(): void {
    this.live.stop();
  }

  backToLive(): void {
    this.#file.value = undefined;
    this.ladder.resume();
    this.ladder.clear();
    this.live.start();
  }

  /** One of those that front brings. */
  async openCommitted(name: string): Promise<void> {
    const response = await fetch(`/captures/${encodeURIComponent(name)}`).catch(() => undefined);
    if (response?.ok) await this.open(name, await response.blob());
    else this.#say(ladderWords.openFailed, 'bad');
  }

  /** Shows a capture in place of what passes. */
  async open(name: string, file: Blob): Promise<void> {
    try {
      if (file.size > MAX_FILE_BYTES) throw new Error(ladderWords.openTooLarge);
      const { messages, left } = readCapture(new Uint8Array(await file.arrayBuffer()), MAX_MESSAGES);
      if (messages.length === 0) throw new Error(ladderWords.openNothing);
      this.live.stop();
      this.#file.value = name;
      this.ladder.resume();
      this.ladder.clear();
      this.ladder.add(messages);
      this.#say([ladderWords.opened(name, messages.length), left > 0 ? ladderWords.openLeft(left) : ''].filter(Boolean).join('. '), 'good');
    } catch (error) {
      this.#say(`${ladderWords.openFailed}. ${error instanceof Error ? error.message : ''}`, 'bad');
    }
  }

  /** Hands what is shown to the browser as a file. */
  download(): void {
    const { ladder } = this;
    const bytes = writeCapture(ladder.visible.peek(), (address) => ladder.parties.at(address)?.kind === 'signaling');
    const address = URL.createObjectURL(new Blob([bytes], { type: TYPE }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `sipcast-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.pcapng`;
    link.click();
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  async lose(): Promise<void> {
    try {
      await this.live.lose();
      this.#say(ladderWords.loseDone, 'good');
    } catch (error) {
      this.#say(`${ladderWords.loseFailed}. ${error instanceof Error ? error.message : ''}`, 'bad');
    }
  }

  #say(text: string, tone: 'good' | 'bad'): void {
    this.#app.notices.show({ text, tone });
  }

  async #listCaptures(): Promise<void> {
    try {
      const answer: unknown = await (await fetch('/captures')).json();
      const names = isRecord(answer) ? listOf(answer['captures'], MAX_CAPTURES, (entry) => (isRecord(entry) ? textOf(entry['name'], MAX_NAME_UNITS) : undefined)) : undefined;
      this.#captures.value = names ?? [];
    } catch {
      // Then there are none to choose from; files of one's own can be opened all the same.
    }
  }
}
