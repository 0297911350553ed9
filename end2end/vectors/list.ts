import { readFileSync } from "node:fs";

export interface Vector {
  id: number;
  text: string;
}

/** What the vector of this number tries to run, wherever in the page it runs. */
const program = (id: number): string => `top.ran${id}=1`;

const codes = (text: string): number[] => [...text].map((letter) => letter.codePointAt(0) ?? 0);
const hex = (code: number, width: number): string => code.toString(16).padStart(width, "0");

/** The program in other spellings, by the word that stands for it in the file. */
const SPELLINGS: Record<string, (run: string) => string> = {
  RUN: (run) => run,
  ENT: (run) => codes(run).map((code) => `&#${code};`).join(""),
  HEX: (run) => codes(run).map((code) => `&#x${hex(code, 2)};`).join(""),
  PCT: (run) => codes(run).map((code) => `%${hex(code, 2)}`).join(""),
  UNI: (run) => codes(run).map((code) => `\\u${hex(code, 4)}`).join(""),
  CODES: (run) => codes(run).join(","),
};

function spelled(line: string, run: string): string {
  const named = line.replace(/RUN|ENT|HEX|PCT|UNI|CODES/g, (word) => SPELLINGS[word]?.(run) ?? word);
  // The program has no brackets, so the first that closes belongs to the one that opened.
  return named.replace(/B64\(((?:[^()]|\([^()]*\))*)\)/g, (_, text: string) => Buffer.from(text).toString("base64"));
}

const CHARACTERS: Record<string, string> = { n: "\n", t: "\t", r: "\r", "0": "\0", "\\": "\\", "#": "#" };

function unescaped(line: string): string {
  return line.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([ntr0\\#]))/gi, (_, u: string, x: string, letter: string) =>
    letter === undefined ? String.fromCharCode(Number.parseInt(u ?? x, 16)) : (CHARACTERS[letter] ?? letter),
  );
}

/** All vectors of the file, numbered as they stand in it. */
export function vectors(): Vector[] {
  return readFileSync(new URL("vectors.txt", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !/^#( |$)/.test(line))
    .map((line, id) => ({ id, text: spelled(unescaped(line), program(id)) }));
}
