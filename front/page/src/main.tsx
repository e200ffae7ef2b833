/** The page's entry: puts the app on the document and tells programs about it. */
// First, so that what components say of a thing comes after what is said of all things.
import './theme/tokens.css';
import './theme/base.css';
import { render } from 'preact';
import { App } from './app.ts';
import type { SipcastPage } from './automation.ts';
import { probe } from './probe.ts';
import { Root } from './shell/root.tsx';

declare global {
  interface Window {
    sipcast?: SipcastPage;
  }
}

const app = new App();
app.start();
window.sipcast = probe(app);
const place = document.getElementById('app');
if (place) render(<Root app={app} />, place);
