/** Which of the page's own addresses a click leads to. */

/** As much of a click as is looked at. */
export interface Click extends Pick<MouseEvent, 'defaultPrevented' | 'button' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'> {
  /** An element, or what is around all of them. */
  readonly target: unknown;
}

interface Within {
  closest(selector: string): Pick<Element, 'getAttribute' | 'hasAttribute'> | null;
}

/** @returns the address from `#` on; undefined where the click does something else, such as opening it in another window */
export function linkWithin({ defaultPrevented, button, altKey, ctrlKey, metaKey, shiftKey, target }: Click): string | undefined {
  if (defaultPrevented || button !== 0 || altKey || ctrlKey || metaKey || shiftKey || !isElement(target)) return undefined;
  const link = target.closest('a[href^="#/"]');
  if (!link || link.hasAttribute('target') || link.hasAttribute('download')) return undefined;
  return link.getAttribute('href') ?? undefined;
}

function isElement(target: unknown): target is Within {
  return typeof target === 'object' && target !== null && 'closest' in target;
}
