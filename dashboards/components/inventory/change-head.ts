// Who changes the inventory, why, and from which day on: what the form holds, and what is sent of it.
import type { ChangeHead } from "./client.ts";

/** Texts as they stand in their fields. */
export interface HeadFields {
  author: string;
  note: string;
  /** Empty: today, whichever day it is when it is sent. */
  validFrom: string;
}

export function emptyHead(): HeadFields {
  return { author: "", note: "", validFrom: "" };
}

export function headOf({ author, note, validFrom }: HeadFields): ChangeHead {
  return {
    ...(author.trim() !== "" && { author: author.trim() }),
    ...(note.trim() !== "" && { note: note.trim() }),
    ...dayOf(validFrom),
  };
}

/** A preview needs no more than the day. */
export function previewHead({ validFrom }: HeadFields): ChangeHead {
  return dayOf(validFrom);
}

/** The day on which rows are looked at that are to change: a plan is made on what holds then, all others on what holds today. */
export function dayOfRows({ validFrom }: HeadFields, today: string): string | undefined {
  return validFrom > today ? validFrom : undefined;
}

function dayOf(validFrom: string): Pick<ChangeHead, "validFrom"> {
  return validFrom === "" ? {} : { validFrom };
}
