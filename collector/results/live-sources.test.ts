import { describe, expect, it } from "vitest";
import { Board } from "../board.ts";
import type { DeclaredEntry } from "../declared/entry.ts";
import { inForce, standingsOn } from "../declared/standing.ts";
import { Fleet } from "../fleet/heard.ts";
import type { Inventory, School } from "../inventory/inventory.ts";
import { columns, film, slotBegins } from "../score/campus-suite.ts";
import { Evidence } from "../score/evidence.ts";
import { createMemoryStore } from "../store/memory.ts";
import { LiveSources } from "./live-sources.ts";
import { countyInventory, MONTH_END, REGIONS, schoolId, XIHU } from "./results-suite.ts";
import { endOfDayMs } from "./sources.ts";

const ID = schoolId(1);
const NOW_MS = Date.parse("2026-10-03T09:00:00+08:00");
const RECORDED_MS = Date.parse("2026-08-20T09:00:00+08:00");

function entry(changes: Partial<DeclaredEntry> = {}): DeclaredEntry {
  return {
    ...{ id: "e1", scope: ID, indicator: "SMART_RATE", kind: "flag", holds: true, author: "A" },
    ...{ signedOn: "2026-09-01", validFrom: "2026-09-01", enteredAtMs: Date.parse("2026-09-02T08:00:00+08:00") },
    attachments: [{ name: "a.pdf", mediaType: "application/pdf", sha256: "0".repeat(64), bytes: 1 }],
    ...changes,
  };
}

interface Setup {
  entries?: DeclaredEntry[];
  recordedAtMs?: number;
  nowMs?: number;
  keptDays?: number;
  samples?: ReturnType<typeof film>;
  fetched?: (number | string)[][];
  hours?: School["hours"];
}

function sourcesOf({
  entries = [],
  recordedAtMs = RECORDED_MS,
  nowMs = NOW_MS,
  keptDays,
  samples,
  fetched = [],
  hours,
}: Setup = {}) {
  const inventory: Inventory = countyInventory([
    { id: ID, county: XIHU, strip: [], ...(hours && { changes: { hours } }) },
  ]);
  const evidence = new Evidence();
  const begins = slotBegins(endOfDayMs(MONTH_END));
  evidence.take(ID, columns(samples ?? film({ ap: [["u", 1920]] }, begins)));
  const of = (scope: string) => entries.filter((one) => one.scope === scope);
  const sources = new LiveSources({
    board: new Board({ regions: REGIONS, inventory, evidence, fleet: new Fleet() }),
    evidence,
    keeper: { fetch: async (...days) => void fetched.push(days) },
    quality: {
      qualityOf: () => ({
        verdict: "unproven",
        good: "unproven",
        busySlots: 0,
        metrics: [],
        decidedBy: "counts",
        reasons: [],
      }),
    } as never, // rooms of which nothing is counted
    store: createMemoryStore(),
    declared: {
      revision: entries.length,
      revisionOf: () => entries.length,
      of,
      standings: (scope, day) => standingsOn(of(scope), day, () => true),
      inForce: (scope, day) => inForce(of(scope), day, () => true),
      isThere: () => true,
    },
    inventories: {
      on: async () => ({ inventory, version: { number: 3, recordedAtMs, validFrom: "2026-08-20" } }),
    },
    ...(keptDays !== undefined && { keptDays }),
    nowMs: () => nowMs,
  });
  return sources;
}

async function materialOf(setup: Setup = {}) {
  const sources = sourcesOf(setup);
  const on = await sources.inventoryOn(MONTH_END);
  if (!on) throw new RangeError("no inventory");
  return sources.school(on, ID, endOfDayMs(MONTH_END));
}

describe("what a result is computed from", () => {
  it("is the inventory of the day, the evidence of the window, what was declared, and what the store has", async () => {
    const fetched: (number | string)[][] = [];
    const { result, inputs } = await materialOf({ fetched });
    expect(result.judgement.coverage).toMatchObject({ full: "true", covered: 1 });
    expect(result.indicators.get("WIFI_COVER")?.value?.toNumber()).toBe(1);
    expect(inputs).toMatchObject({ inventory: "3", fromDay: "2026-09-03", toDay: MONTH_END, recordedOn: MONTH_END });
    expect(inputs).not.toHaveProperty("declared");
    expect(fetched).toEqual([[ID, expect.any(Number), expect.any(Number)]]);
  });

  it("looks at the day before the window when school begins at midnight, and at no other time", async () => {
    const firstOf = async (fromMinute: number) => {
      const fetched: (number | string)[][] = [];
      await materialOf({ fetched, hours: [{ fromMinute, toMinute: fromMinute + 60 }] });
      return Number(fetched[0]?.[1]);
    };
    expect(await firstOf(0)).toBe((await firstOf(5)) - 1);
  });

  it("has the same name whatever the order in which it came, and another when it is other", async () => {
    const begins = slotBegins(endOfDayMs(MONTH_END));
    const whole = film({ ap: [["u", 1920]] }, begins);
    const first = (await materialOf({ samples: whole })).inputs.evidence;
    const shuffled = [...whole].sort((a, b) => (a.atMs % 7919) - (b.atMs % 7919));
    expect((await materialOf({ samples: shuffled })).inputs.evidence).toBe(first);
    expect((await materialOf({ samples: whole.slice(2) })).inputs.evidence).not.toBe(first);
  });

  it("was recorded on the day of the newest of it", async () => {
    const late = Date.parse("2026-10-05T09:00:00+08:00");
    expect((await materialOf({ recordedAtMs: late })).inputs.recordedOn).toBe("2026-10-05");
    const entered = await materialOf({ entries: [entry({ enteredAtMs: late })] });
    expect(entered.inputs.recordedOn).toBe("2026-10-05");
  });

  it("takes an attestation with its name; one that is signed later changes nothing of before", async () => {
    const without = await materialOf();
    const attested = await materialOf({ entries: [entry()] });
    expect([without.attested, attested.attested]).toEqual([undefined, true]);
    expect(attested.inputs.declared).toMatch(/^[0-9a-f]{64}$/);
    const no = await materialOf({ entries: [entry({ holds: false })] });
    expect(no.attested).toBe(false);
  });

  it.each([
    { keptDays: 30, known: true },
    { keptDays: 29, known: false },
  ])(
    "is refused when its evidence is not kept any more: $keptDays days back it is known: $known",
    async ({ keptDays, known }) => {
      // The window begins on 3 September, 30 days before.
      const material = materialOf({ keptDays });
      if (known) await expect(material).resolves.toBeDefined();
      else await expect(material).rejects.toMatchObject({ code: "EVIDENCE_GONE" });
    },
  );

  it("of now is the board's judgement", async () => {
    const sources = sourcesOf();
    const inventory = (await sources.inventoryOn(MONTH_END))?.inventory;
    if (!inventory) throw new RangeError("no inventory");
    // The board has an inventory of its own, which is the same one.
    const { result } = await sources.now(inventory, ID);
    expect(result.asOfMs).toBe(NOW_MS);
  });
});
