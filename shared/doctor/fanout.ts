/** Whether streamers can encrypt and send by calls of OpenSSL and the system, which costs a fraction of doing it in JavaScript. */
import { createRequire } from 'node:module';
import { ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** The part of the foreign-function library that shows whether it works here. */
interface ForeignFunctions {
  load(library: string | null): { func(prototype: string): (...values: unknown[]) => unknown };
}

export interface Platform {
  readonly platform: string;
  readonly arch: string;
}

const ARCHITECTURES = ['x64', 'arm64'];
const INSTEAD = 'viewers are served by the portable fan-out';

export function checkFanout({ platform, arch }: Platform = process, load: () => ForeignFunctions = loadLibrary): Finding {
  if (platform !== 'linux' || !ARCHITECTURES.includes(arch)) return ok('native-fanout', `${INSTEAD}: the native one is made for Linux on ${ARCHITECTURES.join(' or ')}`);
  try {
    const library = load();
    library.load(null).func('int sendmmsg(int, uint64_t, uint32_t, int)');
    const counterMode = openSsl(library).func('uint64_t EVP_aes_128_ctr()');
    if (!counterMode()) throw new Error('OpenSSL knows no AES');
    return ok('native-fanout', 'the native fan-out can be used');
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return warning('native-fanout', `${INSTEAD}, since the native one cannot be (${line})`, 'npm install koffi: a viewer then costs a fraction');
  }
}

function loadLibrary(): ForeignFunctions {
  return createRequire(import.meta.url)('koffi') as ForeignFunctions;
}

/** Linked into most builds of Node; a distribution's own loads it as a library. */
function openSsl(library: ForeignFunctions): ReturnType<ForeignFunctions['load']> {
  const own = library.load(null);
  try {
    own.func('uint64_t EVP_aes_128_gcm()');
    return own;
  } catch {
    return library.load('libcrypto.so.3');
  }
}
