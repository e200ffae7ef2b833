/** Chooses the way out. */
import type { Egress, EgressOptions } from './egress.ts';
import { PortableEgress } from './portable/portable-egress.ts';

/** @throws what binding throws, such as EADDRINUSE */
export function openEgress(options: EgressOptions): Promise<Egress> {
  return PortableEgress.open(options);
}
