// Answers of either implementation in one form, and how they differ.

/** By what it is and of whom (`venue r1`): the figures, null where there is none. */
export type Answers = ReadonlyMap<string, unknown>;

/** One line for each figure in which they differ; empty when they agree. */
export function differences(sql: Answers, program: Answers): string[] {
  const lines: string[] = [];
  for (const name of new Set([...sql.keys(), ...program.keys()])) {
    const [one, other] = [JSON.stringify(sql.get(name)), JSON.stringify(program.get(name))];
    if (one !== other) lines.push(`${name}: SQL ${one ?? "nothing"}, program ${other ?? "nothing"}`);
  }
  return lines.sort();
}
