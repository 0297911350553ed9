// --- What a device is told ----------------------------------------------------

// By its words alone, and without a mark: the screen may be locked, and others
// may see it. The same words stand there once.
async function show(event) {
  const { words, again } = event.data?.json() ?? {};
  await registration.showNotification(words ?? "There is something new for you", {
    tag: words ?? "new",
    renotify: again === true,
  });
}

// Whoever is here now is told nothing that was meant for somebody else.
async function hush() {
  for (const shown of await registration.getNotifications()) shown.close();
  await (await registration.pushManager?.getSubscription())?.unsubscribe();
}

addEventListener("push", (event) => event.waitUntil(show(event)));

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow("/me/notifications"));
});
