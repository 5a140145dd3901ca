// Sending what somebody entered: whether it is under way, and what the collector said against it.
import { type Ref, ref, type ShallowRef, shallowRef } from "vue";
import type { Problem } from "../../../contract/errors.ts";
import { ApiError } from "../../api.ts";
import type { Text } from "../../i18n/text.ts";
import { problemWords } from "../../problem.ts";

export interface Sending {
  isSending: Ref<boolean>;
  /** Of what was sent last, with the path of each; empty when it was taken. */
  problems: ShallowRef<readonly Problem[]>;
  /** Why it was not taken, when that is no problem of a field. */
  failure: ShallowRef<string | undefined>;
  /** What the collector said of a field. */
  problemOf(path: string): string | undefined;
  /** @returns the answer; `undefined` when it was not taken */
  send<T>(work: () => Promise<T>): Promise<T | undefined>;
}

export function useSending(t: Text["t"]): Sending {
  const isSending = ref(false);
  const problems = shallowRef<readonly Problem[]>([]);
  const failure = shallowRef<string>();
  return {
    isSending,
    problems,
    failure,
    problemOf: (path) => {
      const found = problems.value.filter((one) => one.path === path).map(({ message }) => message);
      return found.length > 0 ? found.join("; ") : undefined;
    },
    send: async (work) => {
      isSending.value = true;
      problems.value = [];
      failure.value = undefined;
      try {
        return await work();
      } catch (error) {
        problems.value = problemsIn(error);
        if (problems.value.length === 0) failure.value = failureWords(t, error);
        return undefined;
      } finally {
        isSending.value = false;
      }
    },
  };
}

/** Why the collector did not take it, in the page's language. */
export function failureWords(t: Text["t"], error: unknown): string {
  const isRefused = error instanceof ApiError && error.status === 403;
  return isRefused ? t("declared.localOnly") : problemWords(t, error);
}

/** Problems with their paths as the form names its fields: `body/systems/0/id` is `systems[0].id`. */
export function problemsIn(error: unknown): Problem[] {
  if (!(error instanceof ApiError) || !Array.isArray(error.details)) return [];
  return error.details.flatMap((detail: unknown) => {
    const path = textOf(detail, "path");
    const message = textOf(detail, "message");
    return path === undefined || message === undefined ? [] : [{ path: fieldOf(path), message }];
  });
}

function fieldOf(path: string): string {
  return path
    .replace(/^body\/?/, "")
    .replace(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".");
}

function textOf(value: unknown, name: string): string | undefined {
  const text: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof text === "string" ? text : undefined;
}
