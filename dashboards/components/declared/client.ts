// The client of what people enter: declared figures, attachments and objections.
import type {
  AttachmentView,
  ComparisonList,
  Declaration,
  DeclaredList,
  EntryView,
  Withdrawal,
} from "../../../contract/declared.ts";
import type { Answer, NewObjection, ObjectionList, ObjectionView } from "../../../contract/objections.ts";

/** What goes with a request that enters something. */
export interface Sent {
  method: "POST";
  headers: Record<string, string>;
  body: BodyInit;
}

/** Asks the collector for JSON. */
export type Ask = <T>(path: string, signal: AbortSignal, sent?: Sent) => Promise<T>;

export interface Declarations {
  /** @param scope absent: of all */
  list(scope: string | undefined, signal: AbortSignal): Promise<DeclaredList>;
  comparisons(signal: AbortSignal): Promise<ComparisonList>;
  declare(declaration: Declaration): Promise<EntryView>;
  withdraw(id: string, withdrawal: Withdrawal): Promise<EntryView>;
  attach(file: File, mediaType: string): Promise<AttachmentView>;
  objections(signal: AbortSignal): Promise<ObjectionList>;
  object(objection: NewObjection): Promise<ObjectionView>;
  answer(id: string, answer: Answer): Promise<ObjectionView>;
}

const DEADLINE_MS = 20_000;
/** The largest file over a slow line. */
const UPLOAD_DEADLINE_MS = 120_000;

/** Every function throws ApiError only. */
export function createDeclarations(ask: Ask): Declarations {
  const post = <T>(path: string, body: object) =>
    ask<T>(path, AbortSignal.timeout(DEADLINE_MS), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const at = encodeURIComponent;
  return {
    list: (scope, signal) => ask(`v1/declared${scope === undefined ? "" : `?scope=${at(scope)}`}`, signal),
    comparisons: (signal) => ask("v1/declared/comparisons", signal),
    declare: (declaration) => post("v1/declared", declaration),
    withdraw: (id, withdrawal) => post(`v1/declared/${at(id)}/withdraw`, withdrawal),
    attach: (file, mediaType) =>
      ask(`v1/attachments?name=${at(file.name)}`, AbortSignal.timeout(UPLOAD_DEADLINE_MS), {
        method: "POST",
        headers: { "content-type": mediaType },
        body: file,
      }),
    objections: (signal) => ask("v1/objections", signal),
    object: (objection) => post("v1/objections", objection),
    answer: (id, answer) => post(`v1/objections/${at(id)}/answer`, answer),
  };
}
