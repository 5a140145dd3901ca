// What the commands that ask a running collector have in common.
import type { Static, TSchema } from "typebox";
import { type Asked, askCollector, isWebAddress } from "../ask.ts";

/** What a command does with its result, and with what went wrong. */
export interface CommandIo {
  out(text: string): void;
  /** Ends the program. */
  fail(error: unknown, isUsage: boolean): never;
}

export const COLLECTOR = ["--collector <url>", "the running collector", "http://127.0.0.1:8080"] as const;

/** Ends the program where the option says no address. */
export function mustBeWebAddress(collector: string, io: Pick<CommandIo, "fail">): void {
  if (isWebAddress(collector)) return;
  io.fail(`--collector "${collector}" is no web address, expected for example http://127.0.0.1:8080`, true);
}

/** The answer; ends the program where there is none that is right. */
export async function asked<S extends TSchema>(
  collector: string,
  request: Asked,
  schema: S,
  io: Pick<CommandIo, "fail">,
): Promise<Static<S>> {
  mustBeWebAddress(collector, io);
  try {
    return await askCollector(collector, request, schema);
  } catch (error) {
    return io.fail(error, false);
  }
}
