/** Headers that narrow what a browser lets the page, and others, do (OWASP's secure-headers list, as far as it applies to http). */
import type { RequestHandler } from 'express';

/**
 * Puts the security headers on every answer.
 * @param imageSources hosts besides this one from which streamers' pictures may be loaded, as CSP sources (`https:` is all).
 */
export function securityHeaders(imageSources: readonly string[]): RequestHandler {
  const policy = [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ["img-src 'self' data:", ...imageSources].join(' '),
    "media-src 'self' blob:",
    "object-src 'none'",
  ].join('; ');
  return (_request, response, next) => {
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
