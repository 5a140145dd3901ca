// Where the program departs from the scoring model as written, found by the comparison. The SQL says what the document says;
// each entry turns the one place into what the program does, so that everything else can be compared exactly. Each stays for the
// reason given in it.
import type { Change } from "./sql-suite.ts";

export interface Departure {
  name: string;
  /** The document's place and words. */
  document: string;
  program: string;
  /** Why the program does so all the same. */
  because: string;
  change: Change;
}

/** Replaces a text that must be there in the step that has it. */
function replacing(marker: string, from: string, to: string): Change {
  return (sql) => {
    if (!sql.includes(marker)) return sql;
    if (!sql.includes(from)) throw new RangeError(`the SQL no longer says "${from}"`);
    return sql.replace(from, to);
  };
}

const STATES = "CREATE OR REPLACE TABLE own_state";

export const DEPARTURES: readonly Departure[] = [
  {
    name: "a report of the slot before is given up for anything contrary",
    document: "4 rule 3: UP while a controller's report is ≤ 10 min old, DEGRADED if a second path failed",
    program:
      "not after a failed probe in this slot, nor when the device also answered or was also reported down in the one before",
    because:
      "an access point that answers for itself makes no controller's report, and within a slot the order of reports is not kept; so an UP that is not certain is not said",
    change: replacing(
      STATES,
      "WHEN before.newest_report = 1 AND now.newest_report IS NULL",
      `WHEN before.reported_up AND NOT before.reported_down AND NOT before.answered
      AND NOT coalesce(now.reported_down OR now.probe_failed, false)`,
    ),
  },
  {
    name: "one run that was no attempt hides two that failed",
    document: "4 rules 4 and 5: ≥ 2 attempts failed",
    program: "unknown as soon as one run in the slot failed for a fault of the agent's own",
    because:
      "what is kept of a slot does not tell which of its failed runs was no attempt, so a DOWN that is not certain is not said",
    change: replacing(STATES, "WHEN now.refused THEN", "WHEN now.refused OR now.unasked THEN"),
  },
  {
    name: "a school without an agent can be known to lack full coverage",
    document: "5.5: schools without an agent are U",
    program: "F when one of its rooms has no access point",
    because:
      "5.5 also says FALSE from one room that is not covered on; that a room is not equipped is known from the confirmed inventory",
    change: replacing(
      "CREATE OR REPLACE TABLE school_coverage",
      "WHEN c.venues = 0 OR NOT EXISTS (FROM agent a WHERE a.school = c.school) THEN 'unknown'",
      "WHEN c.venues = 0 THEN 'unknown'",
    ),
  },
];

/** The SQL as the program reads the document. */
export const asTheProgram: Change = (sql) => DEPARTURES.reduce((text, { change }) => change(text), sql);
