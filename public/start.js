// Brings the page to life once the browser has nothing better to do. Until
// then, and without it, every link and form works by itself. What it loads is
// of the same build as itself: it lies beside it.
const beside = (path) => new URL(path, import.meta.url).href;
const start = async () => {
  const { default: load, hydrate } = await import(beside("pkg/chorus.js"));
  await load({ module_or_path: beside("pkg/chorus.wasm") });
  // Whoever has left meanwhile took the page along.
  if (document.body) hydrate();
};
// Without a connection, or when the page is left meanwhile, it stays as it is.
const tryToStart = () => start().catch((error) => console.debug(error));
if ("requestIdleCallback" in window) {
  requestIdleCallback(tryToStart, { timeout: 1500 });
} else {
  setTimeout(tryToStart, 200);
}
