// How every ReadingStore takes over what another store had, as tests.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LedgerEntry, ReadingStore } from "./store.ts";
import {
  batchOf,
  clients,
  END,
  MINUTE,
  OTHER_SCHOOL,
  type Row,
  repeatOf,
  SCHOOL,
  type SuiteStore,
  T0,
} from "./store-suite.ts";

export function storeAdoptSuite(name: string, open: () => Promise<SuiteStore>): void {
  describe(`what a reading store takes over: ${name}`, () => {
    let suite: SuiteStore;
    let store: ReadingStore;

    beforeEach(async () => {
      suite = await open();
      store = suite.store;
    });
    afterEach(async () => {
      await store.close();
      await suite.cleanup();
    });

    const values = async (device: string, schoolId = SCHOOL) =>
      (await store.series(schoolId, clients(device), 0, END)).map(({ value }) => value);

    it("is there once, however often it is taken over, and is no batch", async () => {
      const rows: Row[] = [
        [clients("ap-1"), T0, 1],
        [clients("ap-1"), T0 + MINUTE, 2],
      ];
      const event = { device: "door-1", atMs: T0, kind: "door_forced", text: "门" };
      const part = batchOf(rows, { facts: [{ device: "ap-1", atMs: T0, texts: { model: "A" } }], events: [event] });
      for (let time = 0; time < 2; time++) await store.adopt(OTHER_SCHOOL, part);
      if (suite.reopen !== undefined) store = await suite.reopen();
      await expect(values("ap-1", OTHER_SCHOOL)).resolves.toEqual([1, 2]);
      await expect(values("ap-1")).resolves.toEqual([]);
      await expect(store.facts(OTHER_SCHOOL)).resolves.toEqual(new Map([["ap-1", { model: "A" }]]));
      await expect(store.events(OTHER_SCHOOL, 0, END)).resolves.toEqual([event]);
      await expect(store.agents()).resolves.toEqual([]);
      await expect(store.schools()).resolves.toEqual([OTHER_SCHOOL]);
    });

    it("takes the place of what was there, and what is delivered afterwards takes its place", async () => {
      await store.write(batchOf([[clients("ap-1"), T0, 1]]));
      await store.adopt(
        SCHOOL,
        batchOf([
          [clients("ap-1"), T0, 2],
          [clients("ap-2"), T0, 2],
        ]),
      );
      await store.write(batchOf([[clients("ap-2"), T0, 3]]));
      await expect(values("ap-1")).resolves.toEqual([2]);
      await expect(values("ap-2")).resolves.toEqual([3]);
    });

    it("tells its facts with their times, and an old one does not replace a new one", async () => {
      await store.write(batchOf([], { facts: [{ device: "ap-1", atMs: T0, texts: { model: "A", firmware: "1" } }] }));
      await store.write(batchOf([], { facts: [{ device: "ap-1", atMs: T0 + 5, texts: { firmware: "2" } }] }));
      const dated = await store.datedFacts(SCHOOL);
      const told = dated.flatMap(({ device, atMs, texts }) =>
        Object.entries(texts).map(([name, text]) => [device, atMs - T0, name, text].join(" ")),
      );
      expect(told.sort()).toEqual(["ap-1 0 model A", "ap-1 5 firmware 2"]);
      await store.adopt(SCHOOL, {
        ...batchOf([]),
        facts: [{ device: "ap-1", atMs: T0 + 4, texts: { firmware: "0" } }],
      });
      await expect(store.facts(SCHOOL)).resolves.toEqual(new Map([["ap-1", { model: "A", firmware: "2" }]]));
      await expect(store.datedFacts(OTHER_SCHOOL)).resolves.toEqual([]);
    });

    it("knows the batches of a ledger that it took over, and not another one", async () => {
      const { samples: _, facts: _facts, events: _events, ...entry } = batchOf([], { sequence: 7 });
      const own = batchOf([[clients("ap-1"), T0, 1]], { sequence: 6 });
      await store.write(own);
      const listed = async () => {
        const found: LedgerEntry[] = [];
        await store.scanLedger(0, END, (entries) => found.push(...entries));
        return found.map(({ sequence, lines }) => ({ sequence, lines }));
      };
      for (let time = 0; time < 2; time++) await store.adoptLedger([entry, { ...entry, sequence: 6, lines: 99 }]);
      await store.adoptLedger([]);
      if (suite.reopen !== undefined) store = await suite.reopen();
      await expect(listed()).resolves.toEqual([
        { sequence: 6, lines: 1 },
        { sequence: 7, lines: 0 },
      ]);
      await expect(store.write(batchOf([], { sequence: 7 }))).resolves.toEqual(repeatOf({ ...own, ...entry }));
      await expect(store.write(own)).resolves.toEqual(repeatOf(own));
      await expect(store.sessions("agent-1")).resolves.toMatchObject([{ session: "s1", highest: 7, sinceMs: T0 }]);
      await expect(store.agents()).resolves.toMatchObject([{ batches: 2 }]);
    });
  });
}
