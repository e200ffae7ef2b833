/** A person of a soak: comes, does this and that, and goes, politely or without a word; and comes again. */
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '../../support/front/client.ts';
import { IDLE, IN_CALL, IN_ROOM } from './acts.ts';
import type { Chance } from './chance.ts';
import { Visit, type Surroundings } from './visit.ts';

const MOST_ACTS = 25;
const PAUSE_MS = [100, 2_000] as const;
const AWAY_MS = [0, 3_000] as const;
/** He goes in one of these ways after the other. */
const WAYS = ['leaves', 'vanishes', 'closes the page', 'vanishes'] as const;

export class Person {
  readonly #name: string;
  readonly #urls: readonly string[];
  readonly #surroundings: Surroundings;
  readonly #chance: Chance;
  #visits: number;

  /** @param place among all people, so that not all go in the same way */
  constructor(name: string, place: number, urls: readonly string[], surroundings: Surroundings, chance: Chance) {
    this.#name = name;
    this.#visits = place;
    this.#urls = urls;
    this.#surroundings = surroundings;
    this.#chance = chance;
  }

  /** Comes and goes until `signal` is given; resolves when he is gone. */
  async live(signal: AbortSignal): Promise<void> {
    const { tally } = this.#surroundings;
    while (!signal.aborted) {
      try {
        await this.#visit(signal);
      } catch (error) {
        tally.failed('visit', error);
      }
      await this.#pause(AWAY_MS, signal);
    }
  }

  async #visit(signal: AbortSignal): Promise<void> {
    const chance = this.#chance;
    const client = new Client(chance.of(this.#urls) ?? '', `${this.#name} ${++this.#visits}`);
    const visit = new Visit(await client.register(), this.#surroundings, chance);
    await visit.open();
    try {
      for (let acts = chance.between(1, MOST_ACTS); acts > 0 && !signal.aborted; acts--) {
        await this.#act(visit);
        await this.#pause(PAUSE_MS, signal);
      }
    } finally {
      await this.#go(visit);
    }
  }

  async #act(visit: Visit): Promise<void> {
    const act = this.#chance.weighted(visit.room ? IN_ROOM : visit.call === undefined ? IDLE : IN_CALL);
    try {
      await act(visit, this.#chance);
    } catch (error) {
      this.#surroundings.tally.failed('an act', error);
    }
  }

  async #go(visit: Visit): Promise<void> {
    const { tally } = this.#surroundings;
    const way = WAYS[this.#visits % WAYS.length] ?? 'vanishes';
    tally.add(`he ${way}`);
    try {
      if (way === 'leaves' && visit.room) await visit.ask('leave', { room: visit.room.id });
      if (way === 'leaves' && visit.call !== undefined) await visit.ask('hang-up', { call: visit.call });
    } catch (error) {
      tally.failed('leave at the end', error);
    }
    if (way === 'vanishes') visit.page.vanish();
    else visit.page.close();
    visit.silence();
  }

  async #pause([least, most]: readonly [number, number], signal: AbortSignal): Promise<void> {
    await wait(this.#chance.between(least, most), undefined, { signal }).catch(() => undefined);
  }
}
