/** The page's entry: puts the app on the document and tells programs about it. */
import { render } from 'preact';
import { App } from './app.ts';
import type { SipcastPage } from './automation.ts';
import { probe } from './probe.ts';
import { Root } from './shell/root.tsx';
import './theme/tokens.css';
import './theme/base.css';

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
