/** A service that is started again when it dies, as systemd does by the units in docs/operations/systemd: at the same ports, after a moment. */
import type { Child } from '../processes/child.ts';
import { startService } from '../processes/service.ts';
import type { ServiceName, ServiceOptions, ServiceProcess } from '../processes/service.ts';

/** RestartSec of those units, ms. */
const RESTART_MS = 1000;

export interface SupervisedPlan {
  readonly service: ServiceName;
  /** What it is called in this test: `relay 1`. */
  readonly title: string;
  /** @param ports that it had before, by purpose: `{ sip: '40001' }` */
  readonly args: (ports: Readonly<Record<string, string>>) => readonly string[];
  /** A line of its log that says that it can be used; its being ready suffices unless given. */
  readonly usable?: RegExp;
  readonly options?: ServiceOptions;
}

export class Supervised {
  readonly title: string;
  readonly #plan: SupervisedPlan;
  #process: ServiceProcess;
  #ports: Record<string, string>;
  /** What those before the present process have logged. */
  readonly #earlier: Child[] = [];

  private constructor(plan: SupervisedPlan, process: ServiceProcess) {
    this.title = plan.title;
    this.#plan = plan;
    this.#process = process;
    this.#ports = portsOf(process.addresses);
  }

  /** Resolves when it can be used. */
  static async start(plan: SupervisedPlan): Promise<Supervised> {
    const process = await startService(plan.service, plan.args({}), plan.options);
    const supervised = new Supervised(plan, process);
    await supervised.#usable();
    return supervised;
  }

  get addresses(): Readonly<Record<string, string>> {
    return this.#process.addresses;
  }

  /** Kills it; resolves when another has taken its place, and can be used. */
  async kill(): Promise<void> {
    await this.#process.child.end('SIGKILL');
    this.#earlier.push(this.#process.child);
    await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
    this.#process = await startService(this.#plan.service, this.#plan.args(this.#ports), this.#plan.options);
    this.#ports = portsOf(this.#process.addresses);
    await this.#usable();
  }

  async stop(): Promise<void> {
    await this.#process.child.end();
  }

  /** Errors that it has logged, and those before it. */
  errors(): string[] {
    return [...this.#earlier, this.#process.child].flatMap(({ log }) => log.lines.filter(({ record }) => record?.level === 'error').map(({ text }) => `${this.title}: ${text}`));
  }

  /** All that it has logged, and those before it. */
  log(): string {
    return [...this.#earlier, this.#process.child].map(({ log }) => log.toString()).join('\n--- killed, and started again ---\n');
  }

  async #usable(): Promise<void> {
    const { usable } = this.#plan;
    if (usable) await this.#process.child.log.waitFor(({ text }) => usable.test(text));
  }
}

function portsOf(addresses: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(addresses).map(([purpose, address]) => [purpose, (/:(\d+)\/?$/.exec(address) ?? [])[1] ?? '0']));
}
