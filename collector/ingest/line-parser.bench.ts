// Values per second through parser and checks: one minute of a campus of N access points with two radios each.
import { bench, describe } from "vitest";
import { encodeReading } from "../../contract/line.ts";
import { LineChecker } from "./check.ts";

const NOW = Date.parse("2026-03-02T08:00:00+08:00");

function minute(accessPoints: number): { bytes: Uint8Array; values: number } {
  const lines: string[] = [];
  let values = 0;
  for (let i = 0; i < accessPoints; i++) {
    const device = `00:11:22:33:${String(i >> 8).padStart(2, "0")}:${String(i & 255).padStart(3, "0")}`;
    const ap = {
      wifi_ap_up: 1,
      wifi_clients: i % 60,
      uptime_seconds: 86_400 + i / 10,
      cpu_busy_ratio: (i % 100) / 100,
    };
    lines.push(encodeReading({ measurement: "device", device, atMs: NOW, values: ap }) ?? "");
    for (const instance of ["2.4GHz", "5GHz"]) {
      const radio = {
        wifi_radio_clients: i % 30,
        wifi_channel_busy_ratio: 0.37,
        wifi_noise_dbm: -95,
        wifi_channel_number: 36,
      };
      lines.push(encodeReading({ measurement: "radio", device, instance, atMs: NOW, values: radio }) ?? "");
    }
    values += 12;
  }
  return { bytes: Buffer.from(`${lines.join("\n")}\n`), values };
}

for (const accessPoints of [100, 5_000]) {
  const { bytes, values } = minute(accessPoints);
  describe(`${accessPoints} access points: ${values} values, ${bytes.length} bytes`, () => {
    const warm = new LineChecker({ lateAcceptMs: 86_400_000 });
    bench("heads known from earlier batches", () => {
      warm.check(bytes, { nowMs: NOW });
    });
    bench("every head new", () => {
      new LineChecker({ lateAcceptMs: 86_400_000 }).check(bytes, { nowMs: NOW });
    });
  });
}
