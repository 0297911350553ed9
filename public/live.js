// Hears what is new at the places that stand in the pages of this browser, as
// `data-live`, and says it to them: an event "live" on the document, whose detail
// is a line such as "comment story-… …". One tab listens for all of them. Where
// nothing can be heard, "anew" asks the pages now and then to look themselves.
{
  const me = Math.random().toString(36).slice(2);
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("live") : undefined;
  /** The places of the other tabs, if this one listens for them. */
  const others = new Map();
  let leads = false;
  let stopLeading;
  let waits;
  let source;
  let places = "";
  let last = "";
  let failures = 0;
  let soon;

  const here = () =>
    [...document.querySelectorAll("[data-live]")].map((place) => place.dataset.live);

  const tell = (line) => document.dispatchEvent(new CustomEvent("live", { detail: line }));

  const tellAll = (line) => {
    tell(line);
    channel?.postMessage({ line });
  };

  const within = (least, most) => least + Math.random() * (most - least);

  const later = (millis) => {
    clearTimeout(soon);
    soon = setTimeout(listen, millis);
  };

  const hush = () => {
    clearTimeout(soon);
    source?.close();
    source = undefined;
  };

  const listen = () => {
    if (!leads) return;
    const wanted = [...new Set([...here(), ...[...others.values()].flat()])].sort().join("&at=");
    if (wanted === places && source) return;
    hush();
    if (wanted !== places) {
      // At a new place the last line says nothing of what was missed.
      if (failures) tellAll("anew");
      last = "";
    }
    places = wanted;
    if (!places) return;
    source = new EventSource(`/live?at=${places}${last && `&last=${last}`}`);
    source.onopen = () => {
      failures = 0;
    };
    source.onmessage = ({ data, lastEventId }) => {
      last = lastEventId || last;
      tellAll(data);
    };
    source.onerror = () => {
      hush();
      failures += 1;
      if (failures < 3) return later(within(1000, 4000));
      tellAll("anew");
      later(within(25_000, 35_000));
    };
  };

  const sayWhere = (where) => {
    if (leads) later(100);
    else channel?.postMessage({ from: me, places: where });
  };

  const lead = (patience = 200) => {
    leads = true;
    others.clear();
    channel?.postMessage({ ask: true });
    later(patience);
  };

  const join = () => {
    if (!channel || !navigator.locks) return lead();
    waits = new AbortController();
    navigator.locks
      .request("live", { signal: waits.signal }, () => {
        lead();
        return new Promise((done) => {
          stopLeading = done;
        });
      })
      .catch(() => {});
    sayWhere(here());
  };

  const leave = () => {
    if (!leads) sayWhere([]);
    hush();
    leads = false;
    places = "";
    waits?.abort();
    stopLeading?.();
    stopLeading = undefined;
  };

  const comeBack = () => {
    join();
    tell("anew");
  };

  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data.line) tell(data.line);
      if (data.ask) sayWhere(here());
      if (data.places && leads) {
        others.set(data.from, data.places);
        later(100);
      }
    };
  }
  // A tab that was closed by force leaves its places behind.
  setInterval(() => leads && lead(2000), 300_000);
  document.addEventListener("live:look", () => sayWhere(here()));
  document.addEventListener("freeze", leave);
  document.addEventListener("resume", comeBack);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", ({ persisted }) => persisted && comeBack());
  join();
}
