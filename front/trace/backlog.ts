/** What passed lately, for whoever begins to read along: the last messages, and who is where. */
import type { Party, TraceBatch, TracedMessage } from './batch.ts';

const MAX_MESSAGES = 200;
const MAX_CHARACTERS = 256 * 1024;
const MAX_PARTIES = 200;

export class Backlog {
  readonly #messages: TracedMessage[] = [];
  readonly #parties = new Map<string, Party>();
  #characters = 0;

  get messages(): readonly TracedMessage[] {
    return this.#messages;
  }

  get parties(): Readonly<Record<string, Party>> {
    return Object.fromEntries(this.#parties);
  }

  add({ messages, parties }: TraceBatch): void {
    for (const [address, party] of Object.entries(parties)) {
      this.#parties.delete(address);
      this.#parties.set(address, party);
      const [oldest] = this.#parties.keys();
      if (this.#parties.size > MAX_PARTIES && oldest !== undefined) this.#parties.delete(oldest);
    }
    for (const message of messages) {
      this.#messages.push(message);
      this.#characters += message.raw.length;
    }
    while (this.#messages.length > MAX_MESSAGES || this.#characters > MAX_CHARACTERS) this.#characters -= this.#messages.shift()?.raw.length ?? 0;
  }

  clear(): void {
    this.#messages.length = 0;
    this.#parties.clear();
    this.#characters = 0;
  }
}
