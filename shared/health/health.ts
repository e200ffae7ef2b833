/**
 * What a service says to whoever watches over it: whether it is well (`/healthz`: restart it when not), and whether it can be used
 * (`/readyz`: send nobody to it when not). Each is a list of checks by name, so that the answer tells what is wrong.
 */

/** Whether something holds at this moment. */
export type Check = () => boolean | Promise<boolean>;

/** The answer's status, and its JSON: `{"status":"ready","signaling":"up"}`. */
export interface Verdict {
  readonly status: 200 | 503;
  readonly body: Readonly<Record<string, string>>;
}

export class Health {
  readonly #wellness = new Map<string, Check>();
  readonly #readiness = new Map<string, Check>();
  readonly #mentioned = new Map<string, Check>();

  /** The service is not well while `check` fails. */
  needsToBeWell(name: string, check: Check): void {
    this.#wellness.set(name, check);
  }

  /** The service cannot be used while `check` fails. */
  needsToBeReady(name: string, check: Check): void {
    this.#readiness.set(name, check);
  }

  /** The service is of less use while `check` fails, and still the best there is: it is named, and no reason to send nobody here. */
  mentions(name: string, check: Check): void {
    this.#mentioned.set(name, check);
  }

  /** `ok` or `ill`. */
  wellness(): Promise<Verdict> {
    return verdict({ needed: this.#wellness, good: 'ok', bad: 'ill' });
  }

  /** `ready` or `not-ready`. */
  readiness(): Promise<Verdict> {
    return verdict({ needed: this.#readiness, mentioned: this.#mentioned, good: 'ready', bad: 'not-ready' });
  }
}

interface Question {
  readonly needed: ReadonlyMap<string, Check>;
  readonly mentioned?: ReadonlyMap<string, Check>;
  /** The status when all that is needed holds, and when not. */
  readonly good: string;
  readonly bad: string;
}

async function verdict({ needed, mentioned = new Map<string, Check>(), good, bad }: Question): Promise<Verdict> {
  const results = await Promise.all([...needed, ...mentioned].map(async ([name, check]) => [name, await holds(check)] as const));
  const isGood = results.every(([name, up]) => up || !needed.has(name));
  return { status: isGood ? 200 : 503, body: { status: isGood ? good : bad, ...Object.fromEntries(results.map(([name, up]) => [name, up ? 'up' : 'down'])) } };
}

/** What cannot be found out does not hold. */
async function holds(check: Check): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}
