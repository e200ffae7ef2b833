/** What is asked of the simulation: how many watch what, on which machines, and how much room is left. */
import type { Fanout } from './costs.ts';

export interface Options {
  readonly viewers: number;
  /** Of the stream, as each viewer gets it. */
  readonly mbit: number;
  readonly fanout: Fanout;
  /** Of each machine that carries media. */
  readonly cores: number;
  readonly nicGbit: number;
  /** The way out of where the origin stands: a studio's is often narrower than a data centre's. */
  readonly originGbit: number;
  /** Power, switch and whatever else fails at once; machines of each kind are spread over them evenly. */
  readonly racks: number;
  /** How full anything may be, from 0 to 1, while a rack is away. */
  readonly fullest: number;
  /** When one process dies, all whom it served are to have their picture again within this, from its death. */
  readonly backSeconds: number;
  /** How long a viewer stays. */
  readonly stayMinutes: number;
  /** Within how long all of them come, when it begins. */
  readonly arriveMinutes: number;
  /** Between a browser and who serves it. */
  readonly rttMs: number;
  /** Whether viewers have the page open, which makes each a person who can be called; players of WHEP are not. */
  readonly pages: boolean;
}

/** What none of the options says otherwise. */
export const USUAL: Options = {
  viewers: 10_000, mbit: 1.6, fanout: 'native', cores: 8, nicGbit: 10, originGbit: 10, racks: 4, fullest: 0.7, backSeconds: 2, stayMinutes: 30, arriveMinutes: 10, rttMs: 40, pages: true,
};

export class OptionError extends Error {}

/** @throws {OptionError} with what is wrong, where something cannot be */
export function checked(options: Options): Options {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'number' && !(value > 0 && Number.isFinite(value)) && !(name === 'rttMs' && value === 0)) throw new OptionError(`${name}: ${value} is not a number above 0`);
  }
  if (options.fullest > 1) throw new OptionError(`fullest: ${options.fullest} is more than 1`);
  for (const whole of ['viewers', 'cores', 'racks'] as const) if (!Number.isInteger(options[whole])) throw new OptionError(`${whole}: ${options[whole]} is not a whole number`);
  return options;
}
