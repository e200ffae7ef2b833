/** Keeps the screen from going dark during a conversation, where the browser can (Screen Wake Lock API). */

interface Lock {
  release(): Promise<void>;
}

export class Awake {
  #wanted = false;
  #lock: Lock | undefined;

  constructor() {
    // The browser lets go of it with every page that is put away.
    document.addEventListener('visibilitychange', () => void this.#update());
  }

  keep(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    void this.#update();
  }

  async #update(): Promise<void> {
    const { wakeLock } = navigator as { wakeLock?: { request(type: 'screen'): Promise<Lock> } };
    if (!wakeLock) return;
    try {
      if (this.#wanted && document.visibilityState === 'visible') this.#lock = await wakeLock.request('screen');
      else if (!this.#wanted) {
        await this.#lock?.release();
        this.#lock = undefined;
      }
    } catch {
      // A battery that is nearly empty refuses it.
    }
  }
}
