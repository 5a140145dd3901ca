import { describe, expect, it } from "vitest";
import { startSnmpDevice } from "./device.ts";
import { createStaticMib } from "./mib.ts";
import { toolsMissing, walkText } from "./net-snmp-tools.ts";
import { readSnmprec } from "./snmprec.ts";
import { convertWalk } from "./walk-text.ts";

const RECORDING = `1.3.6.1.2.1.1.1.0|4x|${Buffer.from("Projector 教室 3\n").toString("hex")}
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1
1.3.6.1.2.1.1.3.0|67|123456
1.3.6.1.4.1.99999.1.1.0|2|-17
1.3.6.1.4.1.99999.1.2.0|65|4294967295
1.3.6.1.4.1.99999.1.3.0|66|7
1.3.6.1.4.1.99999.1.4.0|70|18446744073709551615
1.3.6.1.4.1.99999.1.5.0|64|192.0.2.7
1.3.6.1.4.1.99999.1.6.0|4|
1.3.6.1.4.1.99999.1.7.0|4x|${"00ff".repeat(60)}`;

describe.skipIf(toolsMissing !== undefined)(
  `a walk by snmpbulkwalk${toolsMissing ? ` (skipped: ${toolsMissing})` : ""}`,
  () => {
    it("becomes the recording it was made of", async () => {
      const { rows } = readSnmprec(RECORDING);
      const device = await startSnmpDevice({ mib: createStaticMib(rows), community: "public" });
      try {
        const { lines, skipped } = convertWalk(
          await walkText({ host: device.host, port: device.port, community: "public" }, "1.3.6.1"),
        );
        expect(skipped).toEqual([]);
        expect(readSnmprec(lines.join("\n")).rows).toEqual(rows);
      } finally {
        await device.close();
      }
    });
  },
);

describe("the text of a walk", () => {
  it.each([
    { said: "INTEGER: 5", line: "1.3.6|2|5" },
    { said: "BITS: 80 01 ", line: "1.3.6|4x|8001" },
    { said: "IpAddress: 192.0.2.1", line: "1.3.6|64|192.0.2.1" },
    { said: '""', line: "1.3.6|4|" },
  ])("$said is $line", ({ said, line }) => {
    expect(convertWalk(`.1.3.6 = ${said}\n`)).toEqual({ lines: [line], skipped: [] });
  });

  it("leaves out what the device says it does not have", () => {
    const text =
      ".1.3.6 = No Such Instance currently exists at this OID\n.1.3.7 = No more variables left in this MIB View\n";
    expect(convertWalk(text)).toEqual({ lines: [], skipped: [] });
  });

  it.each(["INTEGER: up(1)", "STRING: plain text", "Hex-STRING: 0", "OID: iso.3.6", "nonsense"])(
    "names %s with its line, because the options were others",
    (said) => {
      const { lines, skipped } = convertWalk(`.1.3.5 = INTEGER: 1\n.1.3.6 = ${said}\n`);
      expect(lines).toEqual(["1.3.5|2|1"]);
      expect(skipped).toMatchObject([{ line: 2 }]);
    },
  );
});
