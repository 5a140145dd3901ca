// Statements that hold, do not hold, or are not known: what a gate of several of them comes to.

/** Absent: not known. */
export type Truth = boolean | undefined;

/** One that does not hold decides, whatever the unknown ones are. Of none: holds. */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

/** One that holds decides, whatever the unknown ones are. Of none: does not hold. */
export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes(undefined) ? undefined : false;
}
