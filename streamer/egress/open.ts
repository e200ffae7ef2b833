/** Chooses the way out: the native one where everything that it needs loads and works, else the portable one. */
import type { Egress, EgressKind, EgressOptions } from './egress.ts';
import { loadLibraries, type Libraries } from './native/libraries.ts';
import { NativeEgress } from './native/native-egress.ts';
import { selfTest } from './native/self-test.ts';
import { PortableEgress } from './portable/portable-egress.ts';

export interface ChosenEgress {
  readonly kind: EgressKind;
  /** Why the native way out is not taken, where nobody asked for the portable one. */
  readonly because?: string;
}

/** The native way out was asked for, and cannot be had. Its text is one line for whoever asked. */
export class EgressUnavailableError extends Error {
  override readonly name = 'EgressUnavailableError';
}

/**
 * The libraries of the native way out, tried.
 * @throws EgressUnavailableError
 */
export function nativeLibraries(load: () => Libraries = loadLibraries): Libraries {
  try {
    const libraries = load();
    selfTest(libraries);
    return libraries;
  } catch (cause) {
    const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new EgressUnavailableError(`The native fan-out cannot be used here: ${line}`, { cause });
  }
}

/**
 * @param wanted whichever is best unless given
 * @throws EgressUnavailableError where the native kind is asked for in vain
 */
export function chooseEgress(wanted: EgressKind | undefined, load: () => Libraries = loadLibraries): ChosenEgress {
  if (wanted === 'portable') return { kind: wanted };
  try {
    nativeLibraries(load);
    return { kind: 'native' };
  } catch (error) {
    if (wanted === 'native' || !(error instanceof EgressUnavailableError)) throw error;
    return { kind: 'portable', because: error.message };
  }
}

/**
 * @throws EgressUnavailableError where the native kind is asked for in vain
 * @throws what binding throws, such as EADDRINUSE
 */
export async function openEgress(kind: EgressKind, options: EgressOptions): Promise<Egress> {
  return kind === 'native' ? NativeEgress.open(nativeLibraries(), options) : PortableEgress.open(options);
}
