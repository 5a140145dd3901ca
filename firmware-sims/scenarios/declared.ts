// What the schools of a scenario have declared, each with the text of the file that it rests on, for whoever enters it.
import type { Plan } from "./plan.ts";

export interface PlannedDeclaration {
  /** Ten-digit school id. */
  scope: string;
  indicator: string;
  kind: "flag";
  holds: true;
  author: string;
  signedOn: string;
  attachment: { name: string; mediaType: "text/plain"; text: string };
}

export function declarations({ scenario }: Pick<Plan, "scenario">): PlannedDeclaration[] {
  return scenario.declared.flatMap(({ school, indicator, author, signedOn, attachment }) =>
    scenario.schools
      .filter(({ key }) => key === school)
      .map(({ id, name }) => ({
        scope: id,
        indicator,
        kind: "flag",
        holds: true,
        author,
        signedOn,
        attachment: {
          name: `${indicator}-${id}.txt`,
          mediaType: "text/plain",
          text: `${attachment}\n\n${name} (${id}), ${signedOn}, ${author}\n\n本文件为虚构示例，不是真实认定材料。\nThis file is an invented example and no real document.\n`,
        },
      })),
  );
}
