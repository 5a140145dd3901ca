// Readings, facts and events as InfluxDB line protocol, the one wire format.
//
//   MEASUREMENT,device=KEY[,instance=NAME] metric=number[,metric=number…] MILLISECONDS
//   fact,device=KEY name="text"[,name="text"…] MILLISECONDS
//   event,device=KEY,kind=KIND text="text" MILLISECONDS
//
// Tag values escape comma, equals sign, space and backslash with a backslash; texts escape double quote and backslash.
// A line never holds a line feed: control characters in names and texts become a space, because they are never meant.
import type { CampusEvent, Fact, Reading } from "./reading.ts";

/** One line without its line feed; `undefined` when the reading holds no value, because an empty line says nothing. */
export function encodeReading({ measurement, device, instance, atMs, values }: Reading): string | undefined {
  let fields = "";
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) fields += `${fields ? "," : ""}${name}=${value}`;
  }
  if (!fields) return undefined;
  const tags = `device=${escapeTag(device)}${instance === undefined ? "" : `,instance=${escapeTag(instance)}`}`;
  return `${measurement},${tags} ${fields} ${atMs}`;
}

/** One line without its line feed; `undefined` when the fact holds no text. */
export function encodeFact({ device, atMs, texts }: Fact): string | undefined {
  const fields = Object.entries(texts)
    .map(([name, text]) => `${name}=${quote(text)}`)
    .join(",");
  return fields ? `fact,device=${escapeTag(device)} ${fields} ${atMs}` : undefined;
}

export function encodeEvent({ device, kind, atMs, text }: CampusEvent): string {
  return `event,device=${escapeTag(device)},kind=${escapeTag(kind)} text=${quote(text)} ${atMs}`;
}

/** A tag value as it stands in a line. InfluxDB cannot hold an empty tag value, nor one ending in a backslash. */
export function escapeTag(value: string): string {
  return withoutControls(value).replace(/[\\,= ]/g, "\\$&");
}

function quote(text: string): string {
  return `"${withoutControls(text).replace(/["\\]/g, "\\$&")}"`;
}

function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f]+/g, " ");
}
