import { expect, it } from "vitest";
import { parseTargetUrl } from "../contract/target.ts";
import { createLog } from "./log.ts";

it("does not show an SNMPv3 user's passwords, wherever in a target or configuration they stand", () => {
  let text = "";
  const log = createLog("info", {
    write: (line: string) => {
      text += line;
    },
  });
  const secret = "Geheim77";
  const address = parseTargetUrl(`snmpv3://u:${secret}@h?auth=sha1&privacy=aes128&privacyPassword=${secret}`);
  const asWritten = { id: "t", url: "snmpv3://u@h", auth: { protocol: "sha1", password: secret } };
  log.info(address, "an address");
  log.info({ address }, "with an address");
  log.info({ target: { id: "t", address } }, "with a target");
  log.info({ targets: [{ id: "t", address }, asWritten] }, "with targets");
  log.info({ config: { targets: [{ id: "t", address }, asWritten] } }, "with a configuration");
  log.info(asWritten, "as it is written");
  expect(text.split("\n")).toHaveLength(7);
  expect(text).not.toContain(secret);
});
