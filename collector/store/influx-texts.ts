// Facts and events in InfluxDB: what is read of them.
import { type CampusEvent, FACTS, type Fact, type FactName, isFactName } from "../../contract/reading.ts";
import { between, ofDevice, ofSchool, since, tagIn } from "./influx-answers.ts";
import type { InfluxClient, InfluxSeries } from "./influx-client.ts";

const NAMES = Object.keys(FACTS).filter(isFactName);

export async function readFacts(client: InfluxClient, schoolId: string): Promise<Map<string, Fact["texts"]>> {
  const fields = NAMES.map((name) => `last("${name}") AS "${name}"`).join(", ");
  const found = await client.query(
    "kept",
    `SELECT ${fields} FROM "fact" WHERE ${ofSchool(schoolId)} GROUP BY "device"`,
  );
  return new Map(
    found.map(({ tags, values }) => {
      const texts: Fact["texts"] = {};
      for (const [i, name] of NAMES.entries()) {
        const text = values[0]?.[i + 1]; // column 0 is the time
        if (typeof text === "string") texts[name] = text;
      }
      return [tagIn(tags, "device") ?? "", texts];
    }),
  );
}

/** One question for each name: InfluxDB says the time of a newest value only when it is asked for that alone. */
export async function readDatedFacts(client: InfluxClient, schoolId: string): Promise<Fact[]> {
  const questions = NAMES.map(
    (name) => `SELECT last("${name}") FROM "fact" WHERE ${ofSchool(schoolId)} GROUP BY "device"`,
  );
  const facts = new Map<string, Fact>();
  for (const { statement, tags, values } of await client.query("kept", ...questions)) {
    const name: FactName | undefined = NAMES[statement];
    const device = tagIn(tags, "device");
    const [atMs, text] = values[0] ?? [];
    if (name === undefined || device === undefined || typeof atMs !== "number" || typeof text !== "string") continue;
    const key = `${atMs}\0${device}`;
    const fact = facts.get(key) ?? { device, atMs, texts: {} };
    fact.texts[name] = text;
    facts.set(key, fact);
  }
  return [...facts.values()];
}

export async function readEvents(
  client: InfluxClient,
  schoolId: string,
  fromMs: number,
  toMs: number,
): Promise<CampusEvent[]> {
  const found = await client.query(
    "kept",
    `SELECT "text" FROM "event" WHERE ${ofSchool(schoolId)} AND ${between(fromMs, toMs)} GROUP BY "device", "kind"`,
  );
  return found.flatMap(eventsIn).sort((a, b) => a.atMs - b.atMs);
}

export async function readDeviceEvents(
  client: InfluxClient,
  schoolId: string,
  device: string,
  sinceMs: number,
  limit: number,
): Promise<CampusEvent[]> {
  // The limit counts per kind there.
  const found = await client.query(
    "kept",
    `SELECT "text" FROM "event" WHERE ${ofDevice(schoolId, device)} AND ${since(sinceMs)}
     GROUP BY "device", "kind" ORDER BY time DESC LIMIT ${Math.floor(limit)}`,
  );
  return found
    .flatMap(eventsIn)
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, limit);
}

function eventsIn({ tags, values }: InfluxSeries): CampusEvent[] {
  const device = tagIn(tags, "device") ?? "";
  const kind = tagIn(tags, "kind") ?? "";
  return values.flatMap(([at, text]) =>
    typeof at === "number" && typeof text === "string" ? [{ device, atMs: at, kind, text }] : [],
  );
}
