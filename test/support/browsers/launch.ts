/** Real browsers, headless, each with a fresh profile that is removed afterwards. */
import puppeteer from 'puppeteer-core';
import type { Browser, LaunchOptions } from 'puppeteer-core';
import { scratchFolder } from '../paths.ts';
import { toolPath } from '../tools/system-tools.ts';

export const BROWSERS = ['chromium', 'firefox'] as const;
export type BrowserKind = (typeof BROWSERS)[number];

export interface BrowserOptions {
  windowSize?: { width: number; height: number };
  /** Whether it pretends to have a camera and a microphone, and finds peers on the loopback interface. */
  fakeMedia?: boolean;
}

export interface LaunchedBrowser {
  kind: BrowserKind;
  browser: Browser;
  close(): Promise<void>;
}

/** A fresh profile that fetches nothing by itself; whatever decides how media plays is left as it comes. */
const CHROMIUM_ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

const CHROMIUM_FAKE_MEDIA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--autoplay-policy=no-user-gesture-required'];
const FIREFOX_FAKE_MEDIA = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
};

const DEFAULT_WINDOW = { width: 1280, height: 800 };
const LAUNCH_LIMIT_MS = 60_000;
/** One command of the browser's protocol may take this long while everything else also wants the cores. */
const PROTOCOL_LIMIT_MS = 120_000;

export async function launchBrowser(kind: BrowserKind, { windowSize = DEFAULT_WINDOW, fakeMedia = false }: BrowserOptions = {}): Promise<LaunchedBrowser> {
  const profile = scratchFolder(`${kind}-profile`);
  const shared: LaunchOptions = {
    headless: true,
    userDataDir: profile.path,
    defaultViewport: windowSize,
    timeout: LAUNCH_LIMIT_MS,
    protocolTimeout: PROTOCOL_LIMIT_MS,
  };
  const specific: LaunchOptions =
    kind === 'chromium'
      ? { browser: 'chrome', executablePath: toolPath('chromium'), pipe: true, args: [...CHROMIUM_ARGUMENTS, ...(fakeMedia ? CHROMIUM_FAKE_MEDIA : [])] }
      : { browser: 'firefox', executablePath: toolPath('firefox'), env: { ...process.env, HOME: profile.path }, ...(fakeMedia ? { extraPrefsFirefox: FIREFOX_FAKE_MEDIA } : {}) };
  const browser = await puppeteer.launch({ ...shared, ...specific });
  const close = async () => {
    const process = browser.process();
    await browser.close().catch(() => undefined);
    process?.kill('SIGKILL');
    profile.remove();
  };
  return { kind, browser, close };
}
