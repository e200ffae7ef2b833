/** One setting that holds, and where it is from. */
import type { Given } from './command-line.ts';
import type { Parameter } from './parameter.ts';

/** Each goes before those that follow it. */
export type Layer = 'command line' | 'environment' | 'file' | 'default';

export interface Setting extends Given {
  readonly parameter: Parameter;
  readonly layer: Layer;
  /** Where it was said: `SIPCAST_HOST`, `sipcast.yaml:12`; else the layer. */
  readonly where: string;
}
