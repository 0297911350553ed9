// Asks the browser for an address at which this device can be told that something
// came, and hands it to the page: an event "push" on the document.
{
  const { key } = document.currentScript.dataset;

  const ask = async () => {
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) return "missing";
    if ((await Notification.requestPermission()) !== "granted") return "refused";
    const { pushManager } = await navigator.serviceWorker.ready;
    // It may be from another house that was at this address.
    await (await pushManager.getSubscription())?.unsubscribe();
    const given = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint, keys } = given.toJSON();
    return `given ${endpoint} ${keys.p256dh} ${keys.auth}`;
  };

  ask()
    .catch(() => "failed")
    .then((detail) => document.dispatchEvent(new CustomEvent("push", { detail })));
}
