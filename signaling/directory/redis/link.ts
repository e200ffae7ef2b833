/** One connection to the engine, from its first word to its end: commands in order, and what the engine tells of keys that change (RESP3 client tracking). */

import { createHash } from 'node:crypto';
import type { Clock } from '../../../shared/sip/timing/clock.ts';

/** From the first packet until keys are tracked. */
const OPEN_LIMIT_MS = 3000;
/** So often the engine is asked whether it is there, and so long it may be silent: a network that loses everything closes no connection. */
const PING_MS = 1000;
const SILENCE_LIMIT_MS = 3000;
const NO_SCRIPT = /^NOSCRIPT/;

/** The part of the client that is used here. */
interface Client {
  on(event: 'error' | 'invalidate', listener: (value: unknown) => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
  sendCommand(words: readonly string[]): Promise<unknown>;
}

export interface LinkOptions {
  readonly url: string;
  /** Keys that begin so are followed. */
  readonly prefixes: readonly string[];
  /** A key has changed, or is gone, whoever did it; undefined where all are. */
  readonly onChanged: (key: string | undefined) => void;
  readonly clock: Clock;
}

/** What a script is given. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

const NO_CALL: ScriptCall = { keys: [], args: [] };

function isUnknownScript(answer: unknown): boolean {
  return answer instanceof Error && NO_SCRIPT.test(answer.message);
}

/** The connection has ended before the answer came: whether the command was carried out is not known. */
export class LinkLostError extends Error {
  override readonly name = 'LinkLostError';
}

export class Link {
  /** Resolves with the reason when the connection has ended. */
  readonly ended: Promise<Error>;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #digests = new Map<string, string>();
  #end!: (reason: Error) => void;
  #over = false;

  private constructor(client: Client, { onChanged, clock }: LinkOptions) {
    this.#client = client;
    this.#clock = clock;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    client.on('error', (error) => this.close(error instanceof Error ? error : new Error(String(error))));
    client.on('invalidate', (key) => {
      if (!this.#over) onChanged(typeof key === 'string' || Buffer.isBuffer(key) ? key.toString() : undefined);
    });
  }

  /** @throws Error that says why there is no connection */
  static async open(options: LinkOptions): Promise<Link> {
    const { createClient } = await import('@redis/client');
    const client: Client = createClient({
      url: options.url,
      RESP: 3,
      emitInvalidate: true,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      socket: { reconnectStrategy: false, connectTimeout: OPEN_LIMIT_MS },
    });
    const link = new Link(client, options);
    const cancel = options.clock.setTimeout(() => link.close(new Error(`it did not answer within ${OPEN_LIMIT_MS} ms`)), OPEN_LIMIT_MS);
    try {
      await Promise.race([link.#begin(options.prefixes), link.ended.then((reason) => Promise.reject(reason))]);
    } catch (error) {
      link.close(error instanceof Error ? error : new Error(String(error)));
      throw await link.ended;
    } finally {
      cancel();
    }
    link.#watch();
    return link;
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.#over;
  }

  /** Sends one command. @throws LinkLostError; the engine's own error otherwise */
  async command(...words: readonly string[]): Promise<unknown> {
    if (this.#over) throw new LinkLostError('the connection to the engine has ended');
    try {
      return await this.#client.sendCommand(words);
    } catch (cause) {
      if (this.over) throw new LinkLostError('the connection to the engine has ended', { cause });
      throw cause;
    }
  }

  /**
   * Runs a script several times, in this order and at once, so that an engine that syncs its disk before it answers does so once for all.
   * @returns for each the answer, or the engine's error
   * @throws LinkLostError
   */
  async scripts(source: string, calls: readonly ScriptCall[]): Promise<unknown[]> {
    const [first] = calls;
    if (first && calls.length === 1) return [await this.#script(source, first)];
    // The commands are written one after the other in this turn: no other comes between.
    const begun = this.command('MULTI');
    const queued = calls.map((call) => this.command(...this.#words(source, call)));
    const answers = this.command('EXEC');
    await Promise.allSettled([begun, ...queued, answers]);
    try {
      const all = await answers;
      if (!Array.isArray(all) || all.length !== calls.length) throw new Error('an unexpected answer to EXEC');
      return await Promise.all(all.map((answer: unknown, index) => (isUnknownScript(answer) ? this.#script(source, calls[index] ?? NO_CALL) : answer)));
    } catch (error) {
      if (error instanceof LinkLostError) throw error;
      // One that is full lets nobody queue anything, though it would still remove.
      return Promise.all(calls.map((call) => this.#script(source, call)));
    }
  }

  /** @returns the answer, or the engine's error */
  async #script(source: string, call: ScriptCall): Promise<unknown> {
    try {
      const answer = await this.command(...this.#words(source, call)).catch((error: unknown) => error);
      if (answer instanceof LinkLostError) throw answer;
      return isUnknownScript(answer) ? await this.command('EVAL', source, String(call.keys.length), ...call.keys, ...call.args) : answer;
    } catch (error) {
      if (error instanceof LinkLostError) throw error;
      return error;
    }
  }

  /** The engine is sent a script once, and knows it by its digest from then on. */
  #words(source: string, { keys, args }: ScriptCall): string[] {
    const rest = [String(keys.length), ...keys, ...args];
    const digest = this.#digests.get(source);
    if (digest !== undefined) return ['EVALSHA', digest, ...rest];
    this.#digests.set(source, createHash('sha1').update(source).digest('hex'));
    return ['EVAL', source, ...rest];
  }

  /** Ends it. */
  close(reason: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#client.destroy();
    this.#end(reason);
  }

  async #begin(prefixes: readonly string[]): Promise<void> {
    await this.#client.connect();
    // The client itself asks for tracking of keys that it has read; it has read none.
    await this.command('CLIENT', 'TRACKING', 'OFF');
    await this.command('CLIENT', 'TRACKING', 'ON', 'BCAST', ...prefixes.flatMap((prefix) => ['PREFIX', prefix]));
  }

  #watch(): void {
    const cancel = this.#clock.setTimeout(() => void this.#ping(), PING_MS);
    void this.ended.then(cancel);
  }

  async #ping(): Promise<void> {
    const cancel = this.#clock.setTimeout(() => this.close(new Error(`it has been silent for ${SILENCE_LIMIT_MS} ms`)), SILENCE_LIMIT_MS);
    try {
      await this.command('PING');
      if (!this.#over) this.#watch();
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)));
    } finally {
      cancel();
    }
  }
}
