/** What the player says when it cannot play. */
import type { Page } from 'puppeteer-core';

export interface Problem {
  failure: string;
  heading: string;
  advice: string;
}

/** Resolves when the player says that something is wrong. */
export async function problemOn(page: Page): Promise<Problem> {
  const notice = await page.waitForSelector('.problem');
  if (notice === null) throw new Error('the player says nothing');
  return notice.evaluate((element) => ({
    failure: element.getAttribute('data-failure') ?? '',
    heading: element.querySelector('h2')?.textContent ?? '',
    advice: element.querySelector('p')?.textContent ?? '',
  }));
}
