// Leaves the page at once: by its links, or by three presses of Shift, alone,
// within five seconds. The page is gone before the other one comes, and stays
// gone if the browser brings it back.
{
  let to;
  let alone = false;
  let presses = [];
  let silence;

  const leave = () => {
    to ??= document.querySelector(".leave")?.href;
    if (!to) return;
    document.title = "";
    document.documentElement.replaceChildren();
    location.replace(to);
  };

  const say = (words) => {
    const status = document.getElementById("status");
    if (status) status.textContent = words;
  };

  const listen = (kind, what) => addEventListener(kind, what, true);

  listen("keydown", ({ key, repeat, altKey, ctrlKey, metaKey }) => {
    alone = key === "Shift" && (alone || !repeat) && !(altKey || ctrlKey || metaKey);
    if (!alone) presses = [];
  });

  listen("pointerdown", () => {
    alone = false;
  });

  listen("keyup", ({ key, timeStamp }) => {
    if (key !== "Shift" || !alone) return;
    alone = false;
    presses = [...presses.filter((before) => timeStamp - before < 5000), timeStamp];
    const more = 3 - presses.length;
    if (more < 1) return leave();
    say(`To leave this page, press Shift ${more === 1 ? "once" : "twice"} more.`);
    clearTimeout(silence);
    silence = setTimeout(say, 5000, "");
  });

  listen("click", (event) => {
    if (!event.target.closest?.(".leave")) return;
    event.preventDefault();
    leave();
  });

  listen("pageshow", () => {
    if (to) leave();
  });
}
