// Compares what was loaded and built with the ceilings, in bytes as they are sent:
//   node weight.mjs TRANSFER PROGRAM [SHARE of each ceiling]
// A ceiling stands just above what was measured last: whoever makes something
// lighter lowers it, whoever has to raise it says why in decision 38.
import { readFileSync, statSync } from "node:fs";

const [transfer, program, share = "1"] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const { blocked, full } = read(transfer);
const ceilings = read(new URL("ceilings.json", import.meta.url));

const sum = (files) => files.reduce((bytes, { body }) => bytes + body, 0);
const isScript = ({ path }) => path.endsWith(".js");
const isWasm = ({ path }) => path.endsWith(".wasm");
/** What comes once the page is usable and the browser is idle. */
const LATE = ["/offline.js", "/live.js", "/pkg/"];
const isEager = (file) => isScript(file) && !LATE.some((late) => file.path.startsWith(late));

const weights = {
  "first view of an article, HTML and CSS": sum(
    blocked.filter(({ type }) => type === "Document" || type === "Stylesheet"),
  ),
  "script before the page is usable": sum(blocked.filter(isEager)),
  "main WASM": sum(full.filter(({ path }) => path === "/pkg/chorus.wasm")),
  "all that hydrates an article": sum(full.filter((file) => isScript(file) || isWasm(file))),
  "the program": statSync(program).size,
};

let heavy = 0;
for (const [what, { ceiling, goal }] of Object.entries(ceilings)) {
  const weight = weights[what];
  if (!weight) throw new Error(`nothing was weighed: ${what}`);
  const over = weight > ceiling * Number(share);
  if (over) heavy += 1;
  const verdict = over ? "TOO HEAVY" : weight > goal ? "goal not met" : "goal met";
  console.log(`   ${what}: ${weight} B, ceiling ${ceiling} B, goal ${goal} B: ${verdict}`);
}
if (heavy > 0) process.exitCode = 1;
