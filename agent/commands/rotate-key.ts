// `campanile-agent rotate-key`: a new key takes the place of the present one.
import { clockOf } from "../../contract/clock-rule.ts";
import { type CliIo, EXIT } from "../cli.ts";
import { openConfig } from "../config/config.ts";
import { rotateKey } from "../identity/enrol.ts";
import { openSigner } from "../identity/signer.ts";
import { readTls } from "../tls.ts";

/** @throws ConfigError; CampusError with a sentence for people, the present key is then still the agent's */
export async function runRotateKey(path: string, io: CliIo): Promise<number> {
  const config = await (await openConfig(path, io.env)).alone();
  const { agent, collector, identity } = config;
  const clock = clockOf(config.clock);
  const signer = openSigner({ agent, folder: identity.folder });
  const tls = readTls(config.tls);
  const nowMs = () => clock.nowMs();
  const key = await rotateKey({ agent, collector, folder: identity.folder, signer, nowMs, tls, stop: io.stop });
  io.out(
    `agent ${agent} now signs with key ${key}. A running agent takes it up by itself; ` +
      "the old key counts until the first batch signed with the new one.\n",
  );
  return EXIT.ok;
}
