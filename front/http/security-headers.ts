/** Headers that narrow what a browser lets the page, and others, do (OWASP's secure-headers list, as far as it applies). */
import type { RequestHandler } from 'express';

/** How long a browser insists on HTTPS after each answer (RFC 6797), seconds: half a year. */
const HSTS = 'max-age=15552000';

/**
 * Puts the security headers on every answer.
 * @param imageSources hosts besides this one from which streamers' pictures may be loaded, as CSP sources (`https:` is all).
 * @param insistOnHttps the certificate is one that browsers accept, now and later.
 */
export function securityHeaders(imageSources: readonly string[], insistOnHttps = false): RequestHandler {
  const policy = [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ["img-src 'self' data:", ...imageSources].join(' '),
    "media-src 'self' blob:",
    "object-src 'none'",
  ].join('; ');
  return (request, response, next) => {
    // What is told of localhost would hold for every other server of this machine.
    if (insistOnHttps && request.hostname !== 'localhost') response.set('Strict-Transport-Security', HSTS);
    response.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'X-Frame-Options': 'DENY',
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
    next();
  };
}
