// Runs before the first paint, so that a page whose theme was chosen by hand never flashes in the other one.
try {
  const theme = globalThis.localStorage.getItem('sipcast.theme');
  if (theme === 'light' || theme === 'dark') globalThis.document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the system's theme it is.
}
