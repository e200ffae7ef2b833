/** Remembers small choices in localStorage; where that is forbidden (private windows, blocked cookies) they last as long as the page. */

export interface TextStore {
  read(): string;
  write(text: string): void;
}

/** @param key names the choice; the stored key is `sipcast.<key>` */
export function localStore(key: string): TextStore {
  let fallback = '';
  const full = `sipcast.${key}`;
  return {
    read() {
      try {
        return localStorage.getItem(full) ?? '';
      } catch {
        return fallback;
      }
    },
    write(text) {
      fallback = text;
      try {
        if (text === '') localStorage.removeItem(full);
        else localStorage.setItem(full, text);
      } catch {
        // Storage is full or forbidden: the fallback above holds it.
      }
    },
  };
}
