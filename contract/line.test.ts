import { describe, expect, it } from "vitest";
import { encodeEvent, encodeFact, encodeReading } from "./line.ts";

describe("line protocol", () => {
  it("writes a reading with its device, instance, values and milliseconds", () => {
    expect(
      encodeReading({
        measurement: "radio",
        device: "aa:bb:cc:dd:ee:ff",
        instance: "1",
        atMs: 1_757_000_000_123,
        values: { wifi_radio_clients: 5, wifi_channel_busy_ratio: 0.25 },
      }),
    ).toBe("radio,device=aa:bb:cc:dd:ee:ff,instance=1 wifi_radio_clients=5,wifi_channel_busy_ratio=0.25 1757000000123");
  });

  it("writes nothing for a reading without a value, because absent is absent", () => {
    expect(encodeReading({ measurement: "device", device: "ac", atMs: 1, values: {} })).toBeUndefined();
  });

  it("escapes comma, equals sign, space and backslash in tags", () => {
    expect(encodeReading({ measurement: "device", device: "a b,c=d\\e", atMs: 1, values: { if_up: 1 } })).toBe(
      "device,device=a\\ b\\,c\\=d\\\\e if_up=1 1",
    );
  });

  it("quotes texts and keeps a line on one line", () => {
    expect(encodeFact({ device: "ac", atMs: 1, texts: { model: 'X"1\\', description: "a\r\nb" } })).toBe(
      'fact,device=ac model="X\\"1\\\\",description="a b" 1',
    );
    expect(encodeEvent({ device: "ac", kind: "cold_start", atMs: 1, text: "it\nrestarted" })).toBe(
      'event,device=ac,kind=cold_start text="it restarted" 1',
    );
  });

  it("writes nothing for a fact without a text", () => {
    expect(encodeFact({ device: "ac", atMs: 1, texts: {} })).toBeUndefined();
  });
});
