import { effect } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Screens } from '../../../../../front/page/src/player/screens.ts';

/** As much of an element as takes turns. */
function element(): HTMLVideoElement {
  const attributes = new Set<string>();
  const fake: Pick<HTMLVideoElement, 'muted' | 'hasAttribute' | 'toggleAttribute'> = {
    muted: false,
    hasAttribute: (name) => attributes.has(name),
    toggleAttribute: (name, force = !attributes.has(name)) => {
      if (force) attributes.add(name);
      else attributes.delete(name);
      return force;
    },
  };
  return fake as HTMLVideoElement;
}

function setUp() {
  const [screens, first, second] = [new Screens(), element(), element()];
  screens.refs.first(first);
  screens.refs.second(second);
  return { screens, first, second };
}

describe('two elements that take turns', () => {
  beforeEach(() => vi.stubGlobal('document', { pictureInPictureElement: null }));
  afterEach(() => vi.unstubAllGlobals());

  it('show the first, and have the other ready', () => {
    const { screens, first, second } = setUp();
    expect(screens.seen).toBe(first);
    expect(screens.unseen).toBe(second);
    expect([first, second].map((each) => each.hasAttribute('data-unseen'))).toEqual([false, true]);
  });

  it('change places again and again; whoever goes falls silent, and effects hear of it', () => {
    const { screens, first, second } = setUp();
    const seen: unknown[] = [];
    const dispose = effect(() => void seen.push(screens.current));
    screens.turn();
    expect([screens.seen, screens.unseen]).toEqual([second, first]);
    expect([first.muted, second.muted]).toEqual([true, false]);
    expect([first, second].map((each) => each.hasAttribute('data-unseen'))).toEqual([true, false]);
    screens.turn();
    expect([screens.seen, screens.unseen]).toEqual([first, second]);
    dispose();
    expect(seen).toEqual([first, second, first]);
  });

  it('stay as they are where the one that is seen is shown outside of the page', () => {
    const { screens, first } = setUp();
    vi.stubGlobal('document', { pictureInPictureElement: first });
    expect(screens.unseen).toBeUndefined();
    vi.stubGlobal('document', { pictureInPictureElement: null });
    Object.assign(first, { webkitDisplayingFullscreen: true });
    expect(screens.unseen).toBeUndefined();
  });

  it('are none before the page is drawn', () => {
    const screens = new Screens();
    expect([screens.seen, screens.unseen]).toEqual([null, undefined]);
  });
});
