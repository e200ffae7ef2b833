/** Messages by method and, for responses, by the class of their status (RFC 3261 §7.2): a table that nobody outside can make larger. */

/** Methods that are told apart (the IANA registry, as far as it is of use here); whatever else comes is counted together. */
const METHODS: ReadonlySet<string> = new Set([
  'ACK', 'BYE', 'CANCEL', 'INFO', 'INVITE', 'MESSAGE', 'NOTIFY', 'OPTIONS', 'PRACK', 'PUBLISH', 'REFER', 'REGISTER', 'SUBSCRIBE', 'UPDATE',
]);
const OTHER = 'other';

/** The first digits of a status: 1 to 6. */
const CLASSES = 6;

/** The method as it is counted: one of a few texts, so that no message is kept by it. */
export function countedMethod(method: string): string {
  return METHODS.has(method) ? method : OTHER;
}

export class MessageTally {
  readonly #requests = new Map<string, number>();
  readonly #responses = new Map<string, number[]>();

  request(method: string): void {
    const counted = countedMethod(method);
    this.#requests.set(counted, (this.#requests.get(counted) ?? 0) + 1);
  }

  /** @param method of the request that it answers */
  response(method: string, status: number): void {
    const counted = countedMethod(method);
    let classes = this.#responses.get(counted);
    if (!classes) this.#responses.set(counted, (classes = new Array<number>(CLASSES).fill(0)));
    const index = Math.min(CLASSES, Math.max(1, Math.trunc(status / 100))) - 1;
    classes[index] = (classes[index] ?? 0) + 1;
  }

  *requests(): Iterable<{ readonly method: string; readonly count: number }> {
    for (const [method, count] of this.#requests) yield { method, count };
  }

  /** Those that there were; `statusClass` is `2xx`, say. */
  *responses(): Iterable<{ readonly method: string; readonly statusClass: string; readonly count: number }> {
    for (const [method, classes] of this.#responses) {
      for (const [index, count] of classes.entries()) if (count > 0) yield { method, statusClass: `${index + 1}xx`, count };
    }
  }
}
