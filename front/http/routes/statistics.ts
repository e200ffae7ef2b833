/** What operators ask for: `/streamers/<name>/statistics` once, or as a stream of events; its page; and whether they are operators. */
import { join } from 'node:path';
import { Router } from 'express';
import type { RequestHandler } from 'express';
import type { Clock } from '../../../shared/sip/timing/clock.ts';
import { ApiError } from '../../api-error.ts';
import { EventStream } from '../../statistics/event-stream.ts';
import type { Feeds } from '../../statistics/feeds.ts';
import type { Operators } from '../../statistics/operators.ts';
import { onlyMethod } from '../errors.ts';
import { noStore } from '../no-store.ts';

const MAX_NAME_CHARACTERS = 200;
const PAGE = 'statistics.html';

export interface StatisticsRoutesOptions {
  readonly feeds: Feeds;
  readonly operators: Operators;
  readonly clock: Clock;
  readonly pageFolder: string;
  /** Slows down who asks too often. */
  readonly limit: RequestHandler;
}

export function statisticsRoutes({ feeds, operators, clock, pageFolder, limit }: StatisticsRoutesOptions): Router {
  const router = Router();
  const get = (path: string, ...handlers: RequestHandler<{ name: string }>[]) => {
    router.route(path).get(noStore, limit, ...handlers).all(onlyMethod('GET', 'HEAD'));
  };
  get('/operator', (request, response) => {
    response.json({ operator: operators.refusal(request) === undefined });
  });
  get('/streamers/:name/statistics', operators.only, async (request, response) => {
    response.json(await feeds.report(nameIn(request.params)));
  });
  get('/streamers/:name/statistics/events', operators.only, (request, response) => {
    const name = nameIn(request.params);
    // Nothing is heard before the stream is there. A streamer that is away is no error of it: it may come.
    const stream: { current?: EventStream } = {};
    const stop = feeds.look(name, {
      onReport: (report) => stream.current?.send('report', report),
      onTrouble: (error) => stream.current?.send('trouble', error.toJSON()),
      onEnded: () => stream.current?.end(),
    });
    if (request.method === 'HEAD') {
      stop();
      response.end();
      return;
    }
    stream.current = new EventStream(response, clock, stop);
  });
  // Without a password the page says by itself who may see it; with one the browser has to ask for it.
  const page: RequestHandler<{ name: string }> = (_request, response, next) => {
    response.sendFile(join(pageFolder, PAGE), { cacheControl: false }, (error) => {
      if (!response.headersSent) next(new ApiError(503, 'page-not-built', `There is no page in ${pageFolder}: run "npm run build".`, { cause: error }));
    });
  };
  get('/statistics/:name', (request, response, next) => (operators.byPassword ? operators.only(request, response, next) : next()), page);
  return router;
}

function nameIn({ name }: { name: string }): string {
  if (name.length > MAX_NAME_CHARACTERS || /\p{Cc}|\p{Cs}/u.test(name)) throw new ApiError(400, 'bad-name', 'This is no name of a streamer.');
  return name;
}
