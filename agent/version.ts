// Version of this program, as its package says.
import { existsSync, readFileSync } from "node:fs";

/** From the sources and from the compiled program alike; "unknown" where the package file was taken away. */
export function agentVersion(): string {
  const file = [new URL("./package.json", import.meta.url), new URL("../../package.json", import.meta.url)].find(
    (url) => existsSync(url),
  );
  const found = file && /"version":\s*"([^"]{1,64})"/.exec(readFileSync(file, "utf8"))?.[1];
  return found ?? "unknown";
}
