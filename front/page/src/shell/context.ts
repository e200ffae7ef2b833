/** Hands the app to every component. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { App } from '../app.ts';

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('A component was rendered outside of AppContext.');
  return app;
}
