// Puts a failed request into words.
import { messageOf } from "../contract/errors.ts";
import { ApiError } from "./api.ts";
import type { Text, TextKey } from "./i18n/text.ts";

/** Whether nothing came back at all, as opposed to an answer that is an error. */
export function isNoAnswer(error: unknown): boolean {
  return error instanceof ApiError && error.code === "NO_ANSWER";
}

/** What happened, in the page's language, with the collector's code and message behind it. */
export function problemWords(t: Text["t"], error: unknown): string {
  if (!(error instanceof ApiError)) return messageOf(error);
  const words = t(problemKey(error));
  return isNoAnswer(error) ? words : t("error.detail", { words, code: error.code, message: error.message });
}

function problemKey({ code, status }: ApiError): TextKey {
  if (code === "NO_ANSWER") return "error.noAnswer";
  if (code === "BAD_ANSWER") return "error.badAnswer";
  switch (status) {
    case 401:
    case 403:
      return "error.unauthorized";
    case 404:
      return "error.notFound";
    case 429:
      return "error.tooMany";
    case 502:
    case 503:
    case 504:
      return "error.unavailable";
    default:
      return status !== undefined && status >= 500 ? "error.internal" : "error.badRequest";
  }
}
