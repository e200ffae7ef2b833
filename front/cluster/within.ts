/** A limit to how long an answer is awaited. */
import type { Clock } from '../../shared/sip/timing/clock.ts';

export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** @throws TooLate when there is no answer after `ms`; whatever `answer` is rejected with */
export function within<Answer>(ms: number, clock: Clock, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimeout(() => reject(new TooLate(`no answer within ${ms} ms`)), ms);
    answer.finally(cancel).then(resolve, reject);
  });
}
