import { createSocket, type Socket } from "node:dgram";
import { readFile } from "node:fs/promises";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.ts";
import { ConfigError, type Problem } from "../../contract/errors.ts";
import { EVENT_KINDS } from "../../contract/events.ts";
import { loadNotifications, parseNotifications } from "./notifications.ts";
import { REFUSAL_NAMES } from "./refusal.ts";
import { Traps } from "./traps.ts";

describe("a trap port that is taken", () => {
  let other: Socket;
  beforeEach(async () => {
    other = createSocket("udp4");
    await new Promise<void>((resolve) => other.bind(0, "127.0.0.1", resolve));
  });
  afterEach(() => new Promise<void>((resolve) => other.close(resolve)));

  it("is said once and does not end the agent", async () => {
    const logged: string[] = [];
    const stop = new AbortController();
    const { port } = other.address();
    const traps = new Traps({
      settings: { address: "127.0.0.1", port, communities: ["public"], users: [] },
      agent: "a1",
      targets: [],
      clock: systemClock,
      realMs: () => performance.now(),
      log: pino({ base: null }, { write: (line: string) => logged.push(line) }),
      onEvent: () => undefined,
      stored: () => Promise.resolve(true),
    });
    expect(traps.status().state).toBe("starting");
    const done = traps.run(stop.signal);
    await expect
      .poll(() => traps.status())
      .toMatchObject({
        listen: `127.0.0.1:${port}`,
        state: "failed",
        problem: `port ${port} is taken by another program, often snmptrapd`,
      });
    stop.abort();
    await done;
    expect(traps.status().state).toBe("stopped");
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ level: 50, msg: "no traps are received" }]);
  });
});

it("docs/traps.md tells of every kind of event and of every reason to refuse", async () => {
  const text = await readFile(new URL("../../docs/traps.md", import.meta.url), "utf8");
  const named = [...Object.keys(EVENT_KINDS), ...REFUSAL_NAMES].filter((name) => !text.includes(`\`${name}\``));
  expect(named).toEqual([]);
});

describe("notifications.yaml", () => {
  it("holds every kind that a notification can become", async () => {
    const rules = await loadNotifications();
    const kinds = new Set([...rules.values()].map(({ kind }) => kind));
    const others = Object.keys(EVENT_KINDS).filter((kind) => !kinds.has(kind as keyof typeof EVENT_KINDS)); // our own keys
    expect(others).toEqual(["snmp_notification", "trap_refused"]);
  });

  it("names an access point in every notification of one that comes or goes, save those whose MIB was not at hand", async () => {
    const rules = [...(await loadNotifications()).values()];
    const nameless = rules.filter(({ kind, device }) => kind.startsWith("ap_") && !device).map(({ name }) => name);
    expect(nameless).toEqual(["wlsxAccessPointIsUp", "wlsxAccessPointIsDown", "fgTrapWcApUp", "fgTrapWcApDown"]);
  });

  it.each([
    {
      case: "the same notification twice",
      rules: ["{ name: a, oid: 1.3.6.1, kind: link_up }", "{ name: b, oid: 1.3.6.1, kind: link_up }"],
      at: "notifications[1].oid",
      says: "is the notification a already",
    },
    {
      case: "a number that does not fit",
      rules: ["{ name: a, oid: 1.3.9999999999, kind: link_up }"],
      at: "notifications[0].oid",
      says: "is no object identifier",
    },
    {
      case: "a kind that there is not",
      rules: ["{ name: a, oid: 1.3.6.1, kind: link_sideways }"],
      at: "notifications[0].kind",
      says: "link_down",
    },
    {
      case: "a misspelt key",
      rules: ["{ name: a, oid: 1.3.6.1, kind: link_up, devise: {} }"],
      at: "notifications[0].devise",
      says: "",
    },
  ])("is refused with $case", ({ rules, at, says }) => {
    const text = ["notifications:", ...rules.map((rule) => `  - ${rule}`)].join("\n");
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: at, message: expect.stringContaining(says) });
  });
});

function problemsOf(text: string): Problem[] {
  try {
    parseNotifications("test.yaml", text);
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems];
    throw error;
  }
  return [];
}
