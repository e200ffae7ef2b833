/** Cuts a page's WebSocket, as a network does that goes away for a moment. */
import type { Page } from 'puppeteer-core';

declare global {
  // Seen by the functions that run inside the page.
  var openedSockets: WebSocket[] | undefined;
}

/** To be called before the page is loaded. */
export async function watchSockets(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const opened: WebSocket[] = (globalThis.openedSockets = []);
    globalThis.WebSocket = class extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        opened.push(this);
      }
    };
  });
}

/** Resolves when the page has opened another one by itself. */
export async function cutSocket(page: Page): Promise<void> {
  const before = await page.evaluate(() => {
    openedSockets?.at(-1)?.close();
    return openedSockets?.length ?? 0;
  });
  await page.waitForFunction((count) => (openedSockets?.length ?? 0) > count && openedSockets?.at(-1)?.readyState === WebSocket.OPEN, { polling: 50 }, before);
}
