// What writers of line protocol are answered: the bodies of InfluxDB 2 (`code`, `message`) and of InfluxDB 1 (`error`).
import type { Written } from "./writer.ts";

export type Api = "v1" | "v2";

/** InfluxDB 2's words for its statuses. */
const CODES: Readonly<Record<number, string>> = {
  400: "invalid",
  401: "unauthorized",
  413: "request too large",
  415: "unsupported media type",
  422: "unprocessable entity",
  429: "too many requests",
  503: "unavailable",
};

export function errorBody(api: Api, status: number, message: string): Record<string, string> {
  return api === "v1" ? { error: message } : { code: CODES[status] ?? "internal error", message };
}

/** Both versions' Telegraf outputs look for the words `partial write`: what was refused is then not sent for ever. */
export function partialWrite({ refused, refusedCount }: Written): string {
  const named = refused.map(({ line, message }) => `line ${line}: ${message}`).join("; ");
  const more = refusedCount > refused.length ? "; …" : "";
  return `partial write: ${named}${more} dropped=${refusedCount}`;
}
