// Quality in a whole collector: from batches at its door to the room that the API shows, and over a restart.
import { expect, it } from "vitest";
import type { VenueView } from "../../contract/api.ts";
import { useAssembled } from "../assembled-suite.ts";

const BEGIN_MS = Date.parse("2026-09-07T08:00:00+08:00");

/** After school on the first day of term. */
const collector = useAssembled("2026-09-07T17:05:00+08:00");

/** One reading a slot of the access point's one radio, from the first slot on. */
async function deliver(sequence: number, fromSlot: number, slots: number, clients: number): Promise<void> {
  const lines = Array.from({ length: slots }, (_, i) => {
    const atMs = BEGIN_MS + (fromSlot + i) * 300_000 + 60_000;
    const fields = `wifi_radio_clients=${clients},wifi_client_signal_dbm=-60,wifi_client_snr_db=30,wifi_channel_busy_ratio=0.4`;
    return `radio,device=aa:bb:cc:dd:ee:01,instance=0 ${fields} ${atMs}`;
  });
  await collector.deliver(sequence, lines);
}

const qualityOf = async (venue: string) =>
  (await collector.app.inject(`/v1/venues/${venue}`)).json<VenueView>().quality;

it("shows the quality of a room from what its access point's radio said, also after a restart", async () => {
  expect(await qualityOf("v1")).toMatchObject({ verdict: "unproven", busySlots: 0, reasons: ["too_few_busy_slots"] });
  await deliver(1, 0, 39, 20);
  await collector.parts.quality.once();
  expect(await qualityOf("v1")).toMatchObject({ verdict: "unproven", busySlots: 39 });
  await collector.restart();
  await collector.parts.quality.once();
  expect(await qualityOf("v1")).toMatchObject({ verdict: "unproven", busySlots: 39 });
  // What came late is counted after ten minutes; a restart does not wait.
  await deliver(2, 39, 1, 20);
  await collector.restart();
  await collector.parts.quality.once();
  expect(await qualityOf("v1")).toMatchObject({ verdict: "pass", good: true, busySlots: 40, reasons: [] });
  expect(await qualityOf("v3")).toBeUndefined();
});
