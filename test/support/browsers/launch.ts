/** Real browsers, headless, each with a fresh profile that is removed afterwards. */
import puppeteer from 'puppeteer-core';
import type { Browser, LaunchOptions } from 'puppeteer-core';
import { scratchFolder } from '../paths.ts';
import { toolPath } from '../tools/system-tools.ts';

export const BROWSERS = ['chromium', 'firefox'] as const;
export type BrowserKind = (typeof BROWSERS)[number];

export interface BrowserOptions {
  windowSize?: { width: number; height: number };
  /** A camera and a microphone that the browser makes up, allowed without a question, and peers found on loopback. */
  fakeDevices?: boolean;
  /** A name that leads to loopback in Chromium: pages from there are no secure context, as from any other host without HTTPS. */
  insecureHost?: string;
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

/** The screen that is shared is the tab itself, without a question. */
const CHROMIUM_FAKE_DEVICES = [
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--autoplay-policy=no-user-gesture-required', '--auto-select-desktop-capture-source=Entire screen', '--auto-accept-this-tab-capture',
];

/** Firefox hides loopback addresses and, behind names that nobody here resolves, all others. */
const FIREFOX_FAKE_DEVICES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
};

const DEFAULT_WINDOW = { width: 1280, height: 800 };
const LAUNCH_LIMIT_MS = 60_000;
/** One command of the browser's protocol may take this long while everything else also wants the cores. */
const PROTOCOL_LIMIT_MS = 120_000;

export async function launchBrowser(kind: BrowserKind, { windowSize = DEFAULT_WINDOW, fakeDevices = false, insecureHost }: BrowserOptions = {}): Promise<LaunchedBrowser> {
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
      ? { browser: 'chrome', executablePath: toolPath('chromium'), pipe: true, args: [...CHROMIUM_ARGUMENTS, ...(fakeDevices ? CHROMIUM_FAKE_DEVICES : []), ...(insecureHost === undefined ? [] : [`--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`])] }
      : { browser: 'firefox', executablePath: toolPath('firefox'), env: { ...process.env, HOME: profile.path }, ...(fakeDevices ? { extraPrefsFirefox: FIREFOX_FAKE_DEVICES } : {}) };
  const browser = await puppeteer.launch({ ...shared, ...specific });
  const close = async () => {
    const process = browser.process();
    await browser.close().catch(() => undefined);
    process?.kill('SIGKILL');
    profile.remove();
  };
  return { kind, browser, close };
}
