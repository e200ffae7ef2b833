/** The keys that all fronts share, as rows: the first front makes them. */
import { randomBytes } from 'node:crypto';
import { SIGNING_KEY_BYTES } from '../../accounts/signing-key.ts';
import type { KeyTable } from '../store.ts';
import type { Connection } from './connection.ts';

const BY_PURPOSE = { name: 'key-by-purpose', text: 'SELECT key FROM keys WHERE purpose = $1' };
const INSERT = { name: 'key-insert', text: 'INSERT INTO keys (purpose, key) VALUES ($1, $2) ON CONFLICT DO NOTHING' };

export class PostgresKeys implements KeyTable {
  readonly #connection: Connection;
  readonly #known = new Map<string, Buffer>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async get(purpose: string): Promise<Buffer> {
    const known = this.#known.get(purpose);
    if (known !== undefined) return known;
    const key = await this.#ask(purpose, () => randomBytes(SIGNING_KEY_BYTES));
    this.#known.set(purpose, key);
    return key;
  }

  /** The database may have come back empty: what was signed stays valid, unless another front was quicker with another key. */
  async writeBack(): Promise<void> {
    for (const [purpose, key] of this.#known) this.#known.set(purpose, await this.#ask(purpose, () => key));
  }

  /** The key as it is kept; of many that are offered at once, the first stays. */
  async #ask(purpose: string, offer: () => Buffer): Promise<Buffer> {
    const find = () => this.#connection.find<{ key: Buffer }>(BY_PURPOSE, [purpose]);
    const found = await find();
    if (found !== undefined) return found.key;
    await this.#connection.ask(INSERT, [purpose, offer()]);
    const made = await find();
    if (made === undefined) throw new Error(`the key for ${purpose} was removed in the moment in which it was made`);
    return made.key;
  }
}
