/** The bar on top of every screen: the product, the way between the screens, the theme, who is signed in. */
import type { JSX } from 'preact';
import { LadderIcon } from '../icons/ladder-icons.tsx';
import { Logo } from '../icons/logo.tsx';
import { formatRoute } from '../routing/route.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { words } from '../strings/words.ts';
import { ThemeToggle } from '../theme/toggle.tsx';
import { AccountMenu } from './account-menu.tsx';
import { useApp } from './context.ts';
import { Navigation } from './navigation.tsx';

/** @param name whoever is signed in; undefined for a visitor who only looks round */
export function Header({ name }: { name: string | undefined }): JSX.Element {
  return (
    <header class="header">
      <a class="brand" href={formatRoute({ screen: 'wall' })}>
        <Logo />
        <span>{words.product}</span>
      </a>
      {name === undefined ? <span class="header-space" /> : <Navigation />}
      <div class="header-end">
        {name !== undefined && <LadderLink />}
        <ThemeToggle />
        {name === undefined ? <SignInLink /> : <AccountMenu name={name} />}
      </div>
    </header>
  );
}

/** In a tab of its own: what one watches goes on, and is seen there. */
function LadderLink(): JSX.Element | null {
  if (useApp().route.value.screen === 'ladder') return null;
  return <a class="icon-button ladder-link" href={formatRoute({ screen: 'ladder' })} target="_blank" rel="noopener" aria-label={words.ladder.link} title={words.ladder.link}><LadderIcon /></a>;
}

function SignInLink(): JSX.Element {
  const next = formatRoute(useApp().route.value);
  return <a class="button" href={formatRoute({ screen: 'sign-in', next })}>{lobbyWords.nav.signIn}</a>;
}
