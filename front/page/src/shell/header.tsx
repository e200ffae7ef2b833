/** The bar on top of every screen: the product, the way between the screens, the theme, who is signed in. */
import type { JSX } from 'preact';
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
        <ThemeToggle />
        {name === undefined ? <SignInLink /> : <AccountMenu name={name} />}
      </div>
    </header>
  );
}

function SignInLink(): JSX.Element {
  const next = formatRoute(useApp().route.value);
  return <a class="button" href={formatRoute({ screen: 'sign-in', next })}>{lobbyWords.nav.signIn}</a>;
}
