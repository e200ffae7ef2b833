/** A second copy of werift, as its authors made it: what the patches are compared with. */
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type * as Werift from 'werift';

const load = createRequire(import.meta.url);
const library = join(dirname(load.resolve('werift')), '..', '..');

export interface FreshWerift {
  readonly werift: typeof Werift;
  internal(path: string): unknown;
}

/** Loads werift anew, leaving the copy that others hold untouched. */
export function freshWerift(): FreshWerift {
  const { cache } = load;
  const held = Object.entries(cache).filter(([path]) => path.startsWith(library + sep));
  for (const [path] of held) Reflect.deleteProperty(cache, path);
  const werift = load('werift') as typeof Werift;
  const own = new Map(Object.entries(cache).filter(([path]) => path.startsWith(library + sep)));
  for (const path of own.keys()) Reflect.deleteProperty(cache, path);
  for (const [path, module] of held) cache[path] = module;
  return {
    werift,
    internal: (path) => {
      const module = own.get(join(library, path));
      if (!module) throw new Error(`werift does not load ${path} any more`);
      return module.exports as unknown;
    },
  };
}
