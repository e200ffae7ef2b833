import { describe, expect, it } from 'vitest';
import { checkEngineUrl, isEngineUrl } from '../../../../signaling/directory/engine-url.ts';

describe('Where the directory is', () => {
  it.each(['data/directory.xml', '/var/lib/sipcast/directory.xml', 'C:\\data\\directory.xml', 'redis'])('is a file: %s', (text) => expect(isEngineUrl(text)).toBe(false));

  it.each(['redis://host', 'rediss://user:p%40ss@host:6380/3', 'redis://:pass@[::1]:6379', 'redis://host/'])('is an engine: %s', (text) => {
    expect(isEngineUrl(text)).toBe(true);
    expect(() => checkEngineUrl(text)).not.toThrow();
  });

  it.each(['redis://', 'redis://host/x', 'redis://host/99999999', 'redis://host:99999', 'postgres://host', 'redis://host?x=1', 'redis://a:geheim@host/#x'])('is nothing: %s', (text) => {
    expect(() => checkEngineUrl(text)).toThrow(/URL/);
    expect(() => checkEngineUrl(text)).not.toThrow(/geheim/);
  });
});
