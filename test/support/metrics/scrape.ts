/** What a service's /metrics says, as Prometheus reads it. */

/** Values by their series as they are written: `sipcast_sip_transactions{kind="client"}`. */
export type Scraped = ReadonlyMap<string, number>;

export async function scrape(url: string): Promise<Scraped> {
  return readExposition(await (await fetch(url)).text());
}

export function readExposition(text: string): Scraped {
  return new Map([...text.matchAll(/^([a-z_:][\w:]*(?:\{.*\})?) (\S+)$/gim)].map(([, series = '', value]) => [series, Number(value)]));
}

/** All series of one metric, added up; NaN where there is none. */
export function totalOf(scraped: Scraped, name: string): number {
  const values = [...scraped].filter(([series]) => series === name || series.startsWith(`${name}{`)).map(([, value]) => value);
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0);
}

/** The names of all metrics, those of a histogram's parts included. */
export function namesIn(scraped: Scraped): ReadonlySet<string> {
  return new Set([...scraped.keys()].map((series) => series.split('{', 1)[0] ?? ''));
}
