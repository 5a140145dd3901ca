import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEvent, encodeFact, encodeReading } from "../../contract/line.ts";
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { MAX_FIELDS, MAX_HEAD_BYTES, MAX_TEXT_BYTES } from "./line-head.ts";
import { LineParser } from "./line-parser.ts";
import type { LineFields } from "./line-reader.ts";

interface Line {
  line: number;
  head: string;
  fields: [name: string, value: number | string | boolean][];
  atMs: number;
}
type Outcome = Line | { line: number; code: string };

/** A head is shown as JSON of measurement and tags, a field by its name. */
function collector() {
  const outcomes: Outcome[] = [];
  let headsRead = 0;
  const parser = new LineParser<string, string>({
    head: (measurement, tags) => {
      headsRead++;
      return JSON.stringify([measurement, ...tags.map(([name, value]) => `${name}=${value}`)]);
    },
    field: (_head, name) => name,
    line: (line, head, fields, atMs) => outcomes.push({ line, head, fields: valuesOf(fields), atMs }),
    refuse: (line, code) => outcomes.push({ line, code }),
  });
  const parse = (text: string | Uint8Array): Outcome[] => {
    outcomes.length = 0;
    parser.parse(typeof text === "string" ? Buffer.from(text) : text);
    return [...outcomes];
  };
  return { parse, headsRead: () => headsRead };
}

function valuesOf({ count, meaning, kind, number, text }: LineFields<string>): Line["fields"] {
  return Array.from({ length: count }, (_, i) => {
    const value = kind[i] === "text" ? text[i] : kind[i] === "boolean" ? number[i] === 1 : number[i];
    return [meaning[i] ?? "", value ?? Number.NaN];
  });
}

const parseOnce = (text: string | Uint8Array) => collector().parse(text);
const valueWritten = (written: string) => {
  const [outcome] = parseOnce(`m,device=d v=${written} 1`);
  return outcome !== undefined && "fields" in outcome ? outcome.fields[0]?.[1] : outcome?.code;
};

describe("a line", () => {
  it("has measurement, tags, fields and a time", () => {
    expect(parseOnce("radio,device=ap-1,instance=5GHz a=1,b=-2.5 1700000000000\n")).toEqual([
      {
        line: 1,
        head: '["radio","device=ap-1","instance=5GHz"]',
        fields: [
          ["a", 1],
          ["b", -2.5],
        ],
        atMs: 1_700_000_000_000,
      },
    ]);
  });

  it("is counted with blank lines and comments, which are passed over", () => {
    const lines = parseOnce("# note\n\n   \nm a=1 1\r\n\r\nm a=2 2");
    expect(lines.map(({ line }) => line)).toEqual([4, 6]);
  });

  it("that is wrong does not touch its neighbours", () => {
    expect(parseOnce("m a=1 1\nm a=\nm a=3 3").map((o) => ("code" in o ? o.code : o.atMs))).toEqual([
      1,
      "LINE_SYNTAX",
      3,
    ]);
  });

  it("like an earlier one is not read as text again", () => {
    const { parse, headsRead } = collector();
    const lines = parse("m,device=a x=1,y=2 1\nm,device=a x=3,y=4 2\nm,device=b x=5 3\nm,device=a y=6,z=7 4");
    expect(headsRead()).toBe(2);
    expect(lines.map((o) => ("fields" in o ? o.fields : []))).toEqual([
      [
        ["x", 1],
        ["y", 2],
      ],
      [
        ["x", 3],
        ["y", 4],
      ],
      [["x", 5]],
      [
        ["y", 6],
        ["z", 7],
      ],
    ]);
  });

  it("is told from one whose head or field name only begins alike", () => {
    const lines = parseOnce("m,device=ab xy=1 1\nm,device=a x=2 2\nm,device=abc xyz=3 3\nm,device=ab x=4 4");
    expect(lines.map((o) => ("fields" in o ? [o.head, o.fields[0]?.[0]] : o))).toEqual([
      ['["m","device=ab"]', "xy"],
      ['["m","device=a"]', "x"],
      ['["m","device=abc"]', "xyz"],
      ['["m","device=ab"]', "x"],
    ]);
  });

  it.each([
    { written: "a\\,b", read: "a,b" },
    { written: "a\\=b", read: "a=b" },
    { written: "a\\ b", read: "a b" },
    { written: "a\\\\b", read: "a\\b" },
    { written: "a\\\\\\,b", read: "a\\,b" },
    { written: "a\\b", read: "a\\b" },
    { written: "教室", read: "教室" },
  ])("has its tag value $written read as $read", ({ written, read }) => {
    expect(parseOnce(`m,device=${written} v=1 1`)).toMatchObject([{ head: JSON.stringify(["m", `device=${read}`]) }]);
  });
});

describe("a value", () => {
  it.each([
    ["0", 0],
    ["-0", -0],
    ["12i", 12],
    ["12u", 12],
    ["-7i", -7],
    ["1.", 1],
    [".5", 0.5],
    ["+3", 3],
    ["007", 7],
    ["0.1", 0.1],
    ["123456789012345", 123456789012345],
    ["1234567890123456", 1234567890123456],
    ["0.30000000000000004", 0.30000000000000004],
    ["9007199254740993", 9007199254740992],
    ["1e3", 1000],
    ["1.5E-3", 0.0015],
    ["18446744073709551615u", 2 ** 64],
    ["t", true],
    ["TRUE", true],
    ["True", true],
    ["f", false],
    ["false", false],
    ['""', ""],
    ['"a, b=c # d"', "a, b=c # d"],
    ['"say \\"hi\\" \\\\ \\n"', 'say "hi" \\ \\n'],
    ['"教室 🔔"', "教室 🔔"],
  ])("%s is read", (written, value) => {
    expect(valueWritten(written)).toBe(value);
  });

  it.each(["NaN", "nan", "-NaN", "Inf", "-inf", "+Infinity", "1e400", "-1e999"])(
    "%s is a number that is not one",
    (written) => {
      expect(valueWritten(written)).toBeNaN();
    },
  );

  it.each([
    "",
    "-",
    ".",
    "i",
    "1.5i",
    "1ii",
    "1i2",
    "0x1f",
    "1_000",
    "null",
    "truee",
    "tr",
    "1e",
    "e1",
    "--1",
    "1.2.3",
    '"open',
    '"a"b',
    '"a" b=1',
    "１",
  ])("%s is refused", (written) => {
    expect(valueWritten(written)).toMatch(/LINE_SYNTAX|TIMESTAMP_MISSING/);
  });

  it("is the same double that Number reads", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(valueWritten(String(value))).toBe(Number(String(value)));
        expect(valueWritten(value.toFixed(Math.abs(Math.trunc(value)) % 20))).toBe(
          Number(value.toFixed(Math.abs(Math.trunc(value)) % 20)),
        );
      }),
    );
  });
});

describe("refused as no line protocol", () => {
  it.each([
    ["m", "LINE_SYNTAX"],
    ["m ", "LINE_SYNTAX"],
    ["m,device=d", "LINE_SYNTAX"],
    [",device=d a=1 1", "LINE_SYNTAX"],
    ["m,device= a=1 1", "LINE_SYNTAX"],
    ["m,=d a=1 1", "LINE_SYNTAX"],
    ["m,device a=1 1", "LINE_SYNTAX"],
    ["m, a=1 1", "LINE_SYNTAX"],
    ["m,a=b=c a=1 1", "LINE_SYNTAX"],
    ["m,device=a,device=b a=1 1", "LINE_SYNTAX"],
    ["m,device=a\tb a=1 1", "LINE_SYNTAX"],
    ["m,device=a\u0000 a=1 1", "LINE_SYNTAX"],
    ["m,device=d\\", "LINE_SYNTAX"],
    ["m =1 1", "LINE_SYNTAX"],
    ["m a 1", "LINE_SYNTAX"],
    ["m a=1,", "LINE_SYNTAX"],
    ["m a=1, 1", "LINE_SYNTAX"],
    ["m a=1,,b=2 1", "LINE_SYNTAX"],
    ['m a="x\u0007" 1', "LINE_SYNTAX"],
    ["m a=1", "TIMESTAMP_MISSING"],
    ["m a=1 ", "TIMESTAMP_MISSING"],
    ["m a=1 1.5", "TIMESTAMP_MISSING"],
    ["m a=1 1e3", "TIMESTAMP_MISSING"],
    ["m a=1 12x", "TIMESTAMP_MISSING"],
    ["m a=1 1 2", "TIMESTAMP_MISSING"],
    ["m a=1 -", "TIMESTAMP_MISSING"],
    [`m a=1 ${"1".repeat(21)}`, "TIMESTAMP_MISSING"],
  ])("%j", (text, code) => {
    expect(parseOnce(text)).toEqual([{ line: 1, code }]);
  });

  it.each([
    ["a measurement", [0xff, ...Buffer.from(" a=1 1")]],
    ["a tag", [...Buffer.from("m,device=a"), 0xc3, ...Buffer.from(" a=1 1")]],
    ["a field name", [...Buffer.from("m "), 0xe6, 0xa0, ...Buffer.from("=1 1")]],
    ["a text", [...Buffer.from('m a="'), 0xed, 0xa0, 0x80, ...Buffer.from('" 1')]],
    ["a number", [...Buffer.from("m a=1"), 0xff, ...Buffer.from(" 1")]],
  ])("%s that is not UTF-8", (_what, bytes) => {
    expect(parseOnce(Uint8Array.from(bytes))).toEqual([{ line: 1, code: "LINE_SYNTAX" }]);
  });

  it("measurement and tags, texts and fields beyond their limits, and not those at them", () => {
    const head = (bytes: number) => `m,device=${"x".repeat(bytes - "m,device=".length)} a=1 1`;
    const text = (bytes: number) => `m a="${"x".repeat(bytes)}" 1`;
    const fields = (count: number) => `m ${Array.from({ length: count }, (_, i) => `f${i}=1`).join(",")} 1`;
    for (const [make, limit] of [
      [head, MAX_HEAD_BYTES],
      [text, MAX_TEXT_BYTES],
      [fields, MAX_FIELDS],
    ] as const) {
      expect(parseOnce(make(limit))).toMatchObject([{ atMs: 1 }]);
      expect(parseOnce(make(limit + 1))).toEqual([{ line: 1, code: "LINE_SYNTAX" }]);
    }
  });
});

describe("any bytes", () => {
  it("are taken without an error, and every line is told of once at most and in order", () => {
    const token = fc.constantFrom(
      "m",
      ",",
      "=",
      " ",
      "\\",
      '"',
      "\n",
      "\r",
      "#",
      "1",
      "-",
      ".",
      "e",
      "i",
      "t",
      "x",
      "校",
    );
    const soup = fc.array(token, { maxLength: 60 }).map((parts) => new Uint8Array(Buffer.from(parts.join(""))));
    const { parse } = collector();
    fc.assert(
      fc.property(fc.oneof(soup, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const numbers = parse(bytes).map(({ line }) => line);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      }),
      { numRuns: 2000 },
    );
  });

  it("are read as the plain reference parser reads them", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", ",", "=", " ", "\\", "校"), minLength: 1, maxLength: 6 });
    const number = fc.oneof(fc.integer().map(String), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String));
    const text = fc.string({ unit: fc.constantFrom("x", '"', "\\", ",", " ", "=", "校"), maxLength: 6 });
    const line = fc
      .tuple(
        name,
        fc.array(fc.tuple(fc.constantFrom("f", "g"), fc.oneof(number, text.map(quoted))), {
          minLength: 1,
          maxLength: 4,
        }),
      )
      .map(([device, fields]) => `m,device=${escaped(device)} ${fields.map((f) => f.join("=")).join(",")} 5`);
    const { parse } = collector();
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        expect(parse(lines.join("\n"))).toEqual(lines.map((one, i) => reference(one, i + 1)));
      }),
    );
  });
});

describe("what contract/line.ts writes", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const clean = (written: string) => written.replace(/[\u0000-\u001f\u007f]+/g, " ");
  const { parse } = collector();

  it("of a reading comes back", () => {
    const values = fc.dictionary(
      fc.constantFrom(...(Object.keys(METRICS) as MetricName[])), // keys of our own constant
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), values, fc.nat(), (device, instance, given, atMs) => {
        const tags = instance === undefined ? {} : { instance };
        const line = encodeReading({ measurement: "device", device, ...tags, atMs, values: given });
        const head = ["device", `device=${clean(device)}`];
        if (instance !== undefined) head.push(`instance=${clean(instance)}`);
        const fields = Object.entries(given).map(([name, value]) => [name, value + 0]);
        expect(parse(line ?? "")).toEqual([{ line: 1, head: JSON.stringify(head), fields, atMs }]);
      }),
    );
  });

  it("of a fact and an event comes back", () => {
    fc.assert(
      fc.property(text, text, fc.nat(), (device, words, atMs) => {
        const lines = [
          encodeFact({ device, atMs, texts: { model: words, name: words } }),
          encodeEvent({ device, atMs, kind: "trap", text: words }),
        ];
        expect(parse(lines.join("\n"))).toMatchObject([
          {
            fields: [
              ["model", clean(words)],
              ["name", clean(words)],
            ],
            atMs,
          },
          { head: JSON.stringify(["event", `device=${clean(device)}`, "kind=trap"]), fields: [["text", clean(words)]] },
        ]);
      }),
    );
  });
});

const escaped = (value: string) => value.replace(/[\\,= ]/g, "\\$&");
const quoted = (value: string) => `"${value.replace(/["\\]/g, "\\$&")}"`;

/** Reads a well-formed line with regular expressions and no regard for speed. */
function reference(text: string, line: number): Line {
  const [, measurement, device, rest, atMs] = /^(\w+),device=((?:\\.|[^\\, =])*) (.*) (\d+)$/u.exec(text) ?? [];
  const fields = [...(rest ?? "").matchAll(/(\w+)=("(?:\\.|[^"\\])*"|[^,]*)(?:,|$)/gu)].map(
    ([, name, value]): [string, number | string] => [
      name ?? "",
      value?.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, "$1") : Number(value),
    ],
  );
  const head = JSON.stringify([measurement, `device=${(device ?? "").replace(/\\([\\,= ])/g, "$1")}`]);
  return { line, head, fields, atMs: Number(atMs) };
}
