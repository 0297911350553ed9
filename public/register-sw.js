if ("serviceWorker" in navigator) {
  const { src } = document.currentScript;
  // Installing is offered on a page of its own, not over what someone reads.
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    globalThis.installing = event;
  });
  addEventListener("load", () => {
    navigator.serviceWorker.register("/sw.js", { scope: "/" }).catch(() => {});
    import(new URL("offline.js", src).href).catch((error) => console.debug(error));
  });
}
