/** The entry of the page with a streamer's numbers, `/statistics/<name>`. */
// First, so that what components say of a thing comes after what is said of all things.
import '../theme/tokens.css';
import '../theme/base.css';
import '../shell/shell.css';
import { render } from 'preact';
import { words } from '../strings/words.ts';
import { streamerIn } from './address.ts';
import { Numbers } from './numbers.tsx';
import { rememberOperator } from './operator.ts';
import { NumbersStream } from './stream.ts';

const place = document.getElementById('app');
const streamer = streamerIn(location.pathname);
if (place && streamer !== undefined) {
  document.title = `${words.numbers.title} ${streamer} · ${words.product}`;
  const stream = new NumbersStream(streamer, rememberOperator);
  stream.start();
  render(<Numbers streamer={streamer} stream={stream} />, place);
} else if (place) render(<p class="noscript">{words.numbers.nobody}</p>, place);
