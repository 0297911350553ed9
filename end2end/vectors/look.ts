/** What was found on one page. */
export interface Found {
  /** Numbers of the vectors that ran. */
  ran: number[];
  /** Nodes and attributes that Chorus does not write, as HTML. */
  nodes: string[];
}

/**
 * Looks at a document: what stands in it that Chorus never writes? It runs in
 * the browser, so it uses nothing from outside itself.
 */
export function strangers(page: Document): string[] {
  const house =
    "html head meta link title script body header nav main footer section article aside div p span h1 h2 h3 h4 " +
    "ul ol li dl dt dd a form fieldset legend label input textarea select option optgroup button details summary " +
    "svg use time blockquote pre code em strong del hr br table thead tbody tr th td small b " +
    "datalist install-app keep-series outbox-list";
  const prose =
    "div p br h2 h3 h4 ul ol li blockquote pre code em strong del a hr table thead tbody tr th td";
  const [ours, written] = [house, prose].map((names) => new Set(names.split(" ")));
  const script = /^(\/site\/[0-9a-f]+)?\/(start|leave|register-sw|live)\.js$/;
  const leads = new Set(["http:", "https:", "mailto:", "tel:", "sms:"]);
  // As the browser reads it: "%20javascript:" is a path, " javascript:" is not.
  const leadsElsewhere = (address: string): boolean =>
    URL.canParse(address, page.baseURI) && !leads.has(new URL(address, page.baseURI).protocol);

  const isStrange = (node: Element): boolean => {
    const name = node.localName;
    const inProse = node.closest(".prose") !== null;
    if (!(inProse ? written : ours)?.has(name)) return true;
    if (name === "script") {
      const source = node.getAttribute("src");
      return source === null ? node.parentElement !== page.body : !script.test(source) || node.parentElement !== page.head;
    }
    if ((name === "meta" || name === "link" || name === "title") && node.parentElement !== page.head) return true;
    if (name === "meta" && node.hasAttribute("http-equiv")) return true;
    if (name === "svg" && node.getAttribute("aria-hidden") !== "true") return true;
    return [...node.attributes].some(({ name: attribute, value }) => {
      if (/^on|^style$|srcdoc|background|^ping$|xlink|^is$|^nonce$/.test(attribute) && name !== "script") return true;
      if (inProse && !node.matches("div.prose") && !["href", "rel", "start"].includes(attribute)) return true;
      if (["action", "formaction"].includes(attribute)) return !/^\/(?!\/)/.test(value);
      return ["href", "src", "cite", "data", "poster"].includes(attribute) && leadsElsewhere(value);
    });
  };
  // A browser makes elements of its own to show a feed.
  if (page.contentType !== "text/html") return [];
  return [...page.querySelectorAll("*")].filter(isStrange).map((node) => node.outerHTML.slice(0, 200));
}

/** What ran in this window so far. */
export function ran(window: object): number[] {
  return Object.keys(window)
    .filter((name) => /^ran\d+$/.test(name))
    .map((name) => Number(name.slice(3)));
}

/** A program for the browser's console: looks at the page that is open. */
export const LOOK = `(() => {
  const strangers = ${strangers};
  const ran = ${ran};
  return { ran: ran(window), nodes: strangers(document) };
})()`;

/**
 * A page of the front's own, without any policy, on which a browser shows other
 * HTML in frames: `all` gives it, piece by piece. What is kept in each frame is
 * the answer of \`${"strangers"}\`, and what ran is on the top window.
 */
export const FRAMES = `<!DOCTYPE html><meta charset="utf-8"><title>Frames</title><body><script>
const strangers = ${strangers};
const ran = ${ran};
const AT_ONCE = 24;

// Does what a handler or a link waits for.
const provoke = (page) => {
  for (const node of page.querySelectorAll("*")) {
    for (const { name } of [...node.attributes]) {
      if (name.startsWith("on")) node.dispatchEvent(new Event(name.slice(2), { cancelable: true }));
    }
    if (node.matches("a, area, button, summary, input[type=submit], input[type=image]")) {
      try { node.click ? node.click() : node.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })); } catch {}
    }
  }
};

const show = (html, provoked) => new Promise((done) => {
  const frame = document.createElement("iframe");
  const seen = () => {
    let nodes = [];
    try {
      nodes = strangers(frame.contentDocument);
      if (provoked) provoke(frame.contentDocument);
    } catch { /* it left for elsewhere */ }
    setTimeout(() => { frame.remove(); done(nodes); }, provoked ? 60 : 0);
  };
  frame.onload = () => setTimeout(seen, 0);
  setTimeout(() => frame.isConnected && seen(), 5000);
  frame.srcdoc = html;
  document.body.append(frame);
});

// Their scripts of their own would only bring the program; those with data stay.
const still = (html) => html.replace(/<script [^>]*src="[^"]*"[^>]*><\\/script>/g, "");

const inParts = async (all, one) => {
  const nodes = [];
  const line = [...all.entries()];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = line.shift(); next; next = line.shift()) {
      for (const node of await one(next[1])) nodes.push(String(next[1]).slice(0, 60) + ": " + node);
    }
  }));
  return { ran: ran(window), nodes };
};

window.pages = (paths) => inParts(paths, async (path) => {
  const answer = await fetch(path, { headers: { accept: "text/html" } });
  if (answer.status >= 500) return ["answer of " + answer.status];
  return show(still(await answer.text()), false);
});
window.raw = (texts) => inParts(texts, (text) => show(text, true));
</script>`;
