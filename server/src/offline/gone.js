// Takes the service worker away, and the pages and files that it kept. Words
// that wait to be sent are not in a cache: they stay for the worker that comes
// after it.
addEventListener("install", () => skipWaiting());

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith("chorus-")).map((name) => caches.delete(name)));
      await registration.unregister();
    })(),
  );
});
