// What people would do at the demo's collector, over the routes that they take: a code for an agent, declarations with their files.
import { readFileSync } from "node:fs";

/** A one-time code with which a machine becomes this agent. */
export async function makeCode(url, { school, id }) {
  const { code } = await post(`${url}/v1/enrolment-codes`, "application/json", JSON.stringify({ school, agent: id }));
  return code;
}

/** A file, then the entry that rests on it. @param url the collector's  @param file as campanile-sims writes it (firmware-sims/scenarios/declared.ts) */
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
