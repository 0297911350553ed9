import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";

/** A database of a server's own. */
export interface Database {
  url: string;
  remove: () => Promise<void>;
}

/** On PostgreSQL in the project of that name, else a file in `folder`. */
export async function newDatabase(folder: string): Promise<Database> {
  if (process.env.POSTGRES) return onServer(admin());
  return { url: `sqlite:${join(folder, "chorus.db")}`, remove: async () => {} };
}

/** The same database for another node, which leaves it where it is. */
export function borrowed({ url }: Database): Database {
  return { url, remove: async () => {} };
}

/** The address of a user who may make databases. */
function admin(): string {
  const url = process.env.CHORUS_TEST_POSTGRES;
  if (!url) {
    throw new Error("CHORUS_TEST_POSTGRES is not set: run this by cargo run -p test-postgres --");
  }
  return url;
}

async function onServer(server: string): Promise<Database> {
  const run = promisify(execFile);
  const name = `chorus_end2end_${randomUUID().replaceAll("-", "")}`;
  const through = `--maintenance-db=${server}`;
  await run("createdb", [through, "--template=template0", "--encoding=UTF8", name]);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    remove: async () => {
      await run("dropdb", [through, "--force", name]);
    },
  };
}
