// Why a workbook cannot be used at all; what is wrong with single cells is told with the other problems of an inventory.
import { CampusError } from "../../../contract/errors.ts";

export class WorkbookError extends CampusError {
  static broken(why: string, cause?: unknown): WorkbookError {
    return new WorkbookError("WORKBOOK_INVALID", `the file cannot be read as an Excel workbook (.xlsx): ${why}`, {
      cause,
    });
  }

  static tooLarge(why: string): WorkbookError {
    return new WorkbookError("WORKBOOK_TOO_LARGE", `the workbook is too large: ${why}; send CSV files instead`);
  }
}
