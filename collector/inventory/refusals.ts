// Why a change of the inventory is refused, beside what is wrong with its rows.
import { CampusError } from "../../contract/errors.ts";

/** 409: somebody else has changed the inventory since. */
export class VersionConflictError extends CampusError {
  /** The version that a change has to be made on; 0: there is none. */
  readonly problems: readonly { present: number }[];

  constructor(basedOn: number, present: number) {
    super(
      "INVENTORY_CHANGED",
      `the change was made on version ${basedOn} of the inventory, but version ${present} holds now: look at it and change that`,
    );
    this.problems = [{ present }];
  }
}
