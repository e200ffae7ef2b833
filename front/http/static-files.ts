/** The page, its hashed assets and the streamers' pictures, as files. */
import { join, sep } from 'node:path';
import express from 'express';
import type { RequestHandler } from 'express';
import { ApiError } from '../api-error.ts';

const ONE_YEAR_SECONDS = 31_536_000;
const IMAGE_MAX_AGE_SECONDS = 300;

/** Vite puts a hash of the content into the names of what lies here, so that a name never changes its meaning. */
const HASHED_FOLDER = 'assets';

/** Serves the built page: hashed assets are kept by browsers for ever, all else is asked for anew each time. */
export function pageFiles(folder: string): RequestHandler[] {
  const hashed = join(folder, HASHED_FOLDER) + sep;
  const files = express.static(folder, {
    redirect: false,
    setHeaders: (response, path) => {
      const cached = path.startsWith(hashed);
      response.setHeader('Cache-Control', cached ? `public, max-age=${ONE_YEAR_SECONDS}, immutable` : 'no-cache');
    },
  });
  const missing: RequestHandler = (request, _response, next) => {
    const wanted = request.path === '/' && (request.method === 'GET' || request.method === 'HEAD');
    next(wanted ? new ApiError(503, 'page-not-built', `There is no page in ${folder}: run "npm run build".`) : undefined);
  };
  return [files, missing];
}

/** Serves the streamers' pictures. */
export function imageFiles(folder: string): RequestHandler {
  return express.static(folder, {
    index: false,
    redirect: false,
    setHeaders: (response) => response.setHeader('Cache-Control', `public, max-age=${IMAGE_MAX_AGE_SECONDS}`),
  });
}
