import { describe, expect, it } from "vitest";
import { parseOid } from "./oid.ts";
import { decodeIndex, type IndexType } from "./row-index.ts";

/** The key of a row with these arcs, as a table holds it. */
function keyOf(arcs: string): string {
  return parseOid(`1.3.${arcs}`).bytes.subarray(1).toString("latin1");
}

const MAC = "80.111.119.234.220.160";

describe("decodeIndex", () => {
  it.each<{ case: string; types: IndexType[]; arcs: string; want: unknown }>([
    { case: "an ifIndex", types: ["integer"], arcs: "196608", want: [196608] },
    { case: "a MAC", types: ["mac"], arcs: MAC, want: ["50:6f:77:ea:dc:a0"] },
    { case: "a MAC with a length before it", types: ["mac"], arcs: `6.${MAC}`, want: ["50:6f:77:ea:dc:a0"] },
    {
      case: "a MAC as twelve digits",
      types: ["mac"],
      arcs: "12.99.48.55.52.97.100.48.48.48.49.48.50",
      want: ["c0:74:ad:00:01:02"],
    },
    { case: "a MAC and a radio", types: ["mac", "integer"], arcs: `${MAC}.1`, want: ["50:6f:77:ea:dc:a0", 1] },
    {
      case: "a MAC with length and a radio",
      types: ["mac", "integer"],
      arcs: `6.${MAC}.1`,
      want: ["50:6f:77:ea:dc:a0", 1],
    },
    {
      case: "a MAC that begins with 6, and a radio",
      types: ["mac", "integer"],
      arcs: "6.111.119.234.220.160.2",
      want: ["06:6f:77:ea:dc:a0", 2],
    },
    { case: "a text", types: ["text"], arcs: "6.87.73.70.73.79.71", want: ["WIFIOG"] },
    { case: "a text in Chinese", types: ["text"], arcs: "6.230.149.153.229.174.164", want: ["教室"] },
    { case: "an empty text and a number", types: ["text", "integer"], arcs: "0.7", want: ["", 7] },
    { case: "an implied text", types: ["integer", "impliedText"], arcs: "1.65.66.67", want: [1, "ABC"] },
    { case: "all that is left", types: ["integer", "arcs"], arcs: "1.24.3", want: [1, "24.3"] },
    { case: "nothing that is left", types: ["integer", "arcs"], arcs: "1", want: undefined },
    { case: "an address", types: ["ipAddress", "integer"], arcs: "10.0.0.1.5", want: ["10.0.0.1", 5] },
    { case: "a MAC that is too short", types: ["mac"], arcs: "80.111.119.234.220", want: undefined },
    { case: "a MAC and more", types: ["mac"], arcs: `${MAC}.1`, want: undefined },
    { case: "a MAC with an arc that is no byte", types: ["mac"], arcs: "80.111.119.234.220.300", want: undefined },
    { case: "a MAC of zeros", types: ["mac"], arcs: "0.0.0.0.0.0", want: undefined },
    { case: "a text shorter than its length", types: ["text"], arcs: "6.87.73", want: undefined },
    { case: "arcs left over", types: ["integer"], arcs: "1.2", want: undefined },
    { case: "an arc missing", types: ["integer", "integer"], arcs: "1", want: undefined },
  ])("reads $case", ({ types, arcs, want }) => {
    expect(decodeIndex(types, keyOf(arcs))).toEqual(want);
  });
});
