// Errors that routes answer with, under stable codes.
import { CampusError } from "../../contract/errors.ts";

/** 404: nothing with this id. */
export function notFound(what: string, id: string): CampusError {
  return new CampusError("NOT_FOUND", `there is no ${what} "${id}" in the inventory`);
}

/** 404: no clause with this id. */
export function unknownTarget(id: string): CampusError {
  return new CampusError("NOT_FOUND", `there is no policy target "${id}", expected an id such as A05`);
}

/** 400: a query that cannot be answered; `path` names the parameter. */
export function badQuery(path: string, found: string, expected: string): CampusError {
  return new CampusError("BAD_QUERY", `${path} is "${found}", expected ${expected}`);
}
