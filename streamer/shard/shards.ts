/** Several shards as one: each viewer goes to the one that has the fewest. */
import type { ViewerStatistics } from '../fanout/statistics.ts';
import { NO_TOTALS, sumOf, type Totals } from '../fanout/totals.ts';
import { ShardUnavailableError, type Shard, type Watching } from './shard.ts';

export class Shards implements Shard {
  readonly #shards: readonly Shard[];

  constructor(shards: readonly Shard[]) {
    this.#shards = shards;
  }

  get viewers(): number {
    return this.#shards.reduce((sum, { viewers }) => sum + viewers, 0);
  }

  get available(): boolean {
    return this.#shards.some(({ available }) => available);
  }

  async admit(name: string, offer: string): Promise<Watching> {
    const [first, ...others] = this.#shards.filter(({ available }) => available);
    if (!first) throw new ShardUnavailableError('No worker is there to answer the offer');
    return others.reduce((fewest, shard) => (shard.viewers < fewest.viewers ? shard : fewest), first).admit(name, offer);
  }

  async statistics(): Promise<ReadonlyMap<string, ViewerStatistics>> {
    const each = await Promise.all(this.#shards.map((shard) => shard.statistics()));
    return new Map(each.flatMap((viewers) => [...viewers]));
  }

  async totals(): Promise<Totals> {
    const each = await Promise.all(this.#shards.map((shard) => shard.totals()));
    return each.reduce(sumOf, NO_TOTALS);
  }

  async close(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.close()));
  }
}
