import { describe, expect, it } from "vitest";
import { METRICS, PROBE_FAILURES } from "../../contract/metrics.ts";
import { en } from "./en.ts";
import { pickLocale } from "./locale.ts";
import { zh } from "./zh.ts";

function leaves(tree: object, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const here = path ? `${path}.${key}` : key;
    return typeof value === "object" && value !== null ? leaves(value, here) : [[here, String(value)]];
  });
}

const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe("the languages", () => {
  const chinese = new Map(leaves(zh));
  const english = new Map(leaves(en));

  it("have the same keys", () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });

  it("have no empty text", () => {
    expect([...chinese, ...english].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  it("fill the same places in each text", () => {
    const differing = [...chinese].filter(([key, text]) => `${places(text)}` !== `${places(english.get(key) ?? "")}`);
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it("use no character that the message format would read as syntax", () => {
    expect([...chinese, ...english].filter(([, text]) => /[@$]|\{[^}\w]/.test(text))).toEqual([]);
    expect([...chinese].filter(([, text]) => text.includes("|"))).toEqual([]);
  });

  it("name every metric and every probe failure", () => {
    for (const messages of [zh, en]) {
      expect(Object.keys(messages.metric).sort()).toEqual(Object.keys(METRICS).sort());
      expect(Object.keys(messages.probeFailure).sort()).toEqual(Object.keys(PROBE_FAILURES).sort());
    }
  });

  it("call unknown by its own word, never by a good or bad one", () => {
    expect(zh.deviceState.unknown).toBe("未知");
    expect(en.venueState.unknown).toBe("unknown");
    for (const messages of [zh, en]) {
      const words = Object.values(messages.deviceState);
      expect(new Set(words).size).toBe(words.length);
    }
  });
});

describe("pickLocale", () => {
  it.each([
    { case: "the choice made before wins", remembered: "en", browser: ["zh-CN"], want: "en" },
    { case: "any Chinese is Chinese", remembered: null, browser: ["zh-Hant-TW", "en"], want: "zh-CN" },
    { case: "any English is English", remembered: null, browser: ["en-GB"], want: "en" },
    { case: "the first language we have decides", remembered: null, browser: ["fr", "en-US", "zh"], want: "en" },
    { case: "Chinese when we have none of them", remembered: null, browser: ["fr"], want: "zh-CN" },
    { case: "a remembered word that is no language is ignored", remembered: "klingon", browser: ["en"], want: "en" },
  ])("$case", ({ remembered, browser, want }) => {
    expect(pickLocale(remembered, browser)).toBe(want);
  });
});
