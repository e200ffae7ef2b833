/** Choices at random, the same in every run with the same seed. */
import { seededRandom } from '../../support/sip/seeded-random.ts';

export class Chance {
  /** From 0 to 1. */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** Whole numbers from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  of<Choice>(choices: readonly Choice[]): Choice | undefined {
    return choices[Math.floor(this.next() * choices.length)];
  }

  /** One of the choices, by how likely each is beside the others. */
  weighted<Choice>(choices: readonly (readonly [Choice, number])[]): Choice {
    let left = this.next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [choice, weight] of choices) if ((left -= weight) < 0) return choice;
    return choices[choices.length - 1]![0];
  }
}
