/** The system's random numbers, as Math.random gives its own. */
import { randomInt } from 'node:crypto';

const RANDOM_STEPS = 2 ** 47;

/** From 0 to 1. */
export const random = (): number => randomInt(RANDOM_STEPS) / RANDOM_STEPS;
