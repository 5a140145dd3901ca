// Enters what the schools of the demo have declared, over the routes that people's declarations take: a file, then the entry.
import { readFileSync } from "node:fs";

/** @param url the collector's  @param file as campanile-sims writes it (firmware-sims/scenarios/declared.ts) */
export async function enterDeclarations(url, file) {
  for (const { attachment, ...entry } of JSON.parse(readFileSync(file, "utf8"))) {
    const { name, mediaType, text } = attachment;
    const where = `${url}/v1/attachments?name=${encodeURIComponent(name)}`;
    const { sha256 } = await post(where, mediaType, text);
    await post(`${url}/v1/declared`, "application/json", JSON.stringify({ ...entry, attachments: [{ sha256, name }] }));
  }
}

async function post(url, type, body) {
  const response = await fetch(url, { method: "POST", headers: { "content-type": type }, body });
  const said = await response.text();
  if (!response.ok) throw new Error(`POST ${url} was answered ${response.status}: ${said}`);
  return JSON.parse(said);
}
