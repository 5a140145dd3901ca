// Objections to figures: kept as a log to which only is added. One is recorded and answered; it alters no figure by itself.
import { randomBytes } from "node:crypto";
import { CampusError } from "../../contract/errors.ts";
import { type Answer, AnswerSchema, type NewObjection, RaisedSchema } from "../../contract/objections.ts";
import type { Attachments } from "../declared/attachments.ts";
import { bodyOf, type Change, type ChangeLog, openChangeLog } from "../declared/change-log.ts";
import type { Attachment } from "../declared/entry.ts";
import { RefusedError } from "../declared/refused.ts";
import { dayAt } from "../inventory/day.ts";
import type { State } from "../state/state.ts";
import { type Objected, objectionProblems } from "./check.ts";

export interface Objection {
  id: string;
  /** A school's id, a region's code, a zone or a group. */
  scope: string;
  /** Exactly one of these three. */
  indicator?: string;
  venue?: string;
  target?: string;
  /** Day of the figure, and the revision of its result where one is kept. */
  asOf: string;
  revision?: number;
  who: string;
  text: string;
  attachments: readonly Attachment[];
  atMs: number;
  /** Absent: it is open. */
  answer?: Answer & { atMs: number };
}

/** What is looked up while figures are shown; nothing of it waits. */
export interface ObjectionLookup {
  /** Those to figures of a scope that nobody has answered. */
  openObjections(scope: string): readonly Objection[];
}

export interface ObjectionsOptions {
  state: State;
  attachments: Attachments;
  nowMs(): number;
}

/** @throws StateError */
export async function openObjections(options: ObjectionsOptions): Promise<Objections> {
  const { log, changes } = await openChangeLog(options.state, "objection");
  return new Objections(options, log, changes);
}

export class Objections implements ObjectionLookup {
  readonly #options: ObjectionsOptions;
  readonly #log: ChangeLog;
  readonly #objections = new Map<string, Objection>();
  /** Ids of the open ones by scope. */
  readonly #open = new Map<string, Set<string>>();

  /** Use `openObjections`. */
  constructor(options: ObjectionsOptions, log: ChangeLog, changes: readonly Change[]) {
    this.#options = options;
    this.#log = log;
    for (const change of changes) this.#take(change);
  }

  /** Everything, in the order in which it was raised. */
  all(): Objection[] {
    return [...this.#objections.values()];
  }

  openObjections(scope: string): Objection[] {
    return [...(this.#open.get(scope) ?? [])].map((id) => this.#mustHave(id));
  }

  /** @throws RefusedError `OBJECTION_INVALID` with every problem; StateError */
  async raise(objection: NewObjection, objected: Objected): Promise<Objection> {
    const { attachments, nowMs } = this.#options;
    const id = randomBytes(6).toString("hex");
    const atMs = Math.round(nowMs());
    await this.#log.add(
      () => {
        const problems = objectionProblems(objection, {
          ...objected,
          today: dayAt(atMs),
          isUploaded: (sha256) => attachments.find(sha256) !== undefined,
        });
        if (problems.length > 0) throw new RefusedError("OBJECTION_INVALID", "the objection", problems);
        const files = (objection.attachments ?? []).flatMap(({ sha256, name }) => {
          const file = attachments.find(sha256);
          return file === undefined ? [] : [{ ...file, name: name ?? file.name }];
        });
        const { who, text } = objection;
        const body = { ...objection, id, who: who.trim(), text: text.trim(), attachments: files };
        return { kind: "raised", subject: id, atMs, body };
      },
      (change) => this.#take(change),
    );
    return this.#mustHave(id);
  }

  /** Ends it. @throws CampusError `NOT_FOUND`, `OBJECTION_CLOSED`; StateError */
  async answer(id: string, { author, text, outcome }: Answer): Promise<Objection> {
    await this.#log.add(
      () => {
        if (this.#mustHave(id).answer !== undefined) {
          throw new CampusError("OBJECTION_CLOSED", `objection ${id} was answered before`);
        }
        const body: Answer = { author: author.trim(), text: text.trim(), outcome };
        return { kind: "answered", subject: id, atMs: this.#options.nowMs(), body };
      },
      (change) => this.#take(change),
    );
    return this.#mustHave(id);
  }

  #take(change: Change): void {
    const { kind, subject, atMs, revision } = change;
    switch (kind) {
      case "raised": {
        const objection = { ...bodyOf(change, RaisedSchema), atMs };
        this.#objections.set(subject, objection);
        const open = this.#open.get(objection.scope) ?? new Set();
        this.#open.set(objection.scope, open.add(subject));
        return;
      }
      case "answered": {
        const objection = this.#mustHave(subject);
        this.#objections.set(subject, { ...objection, answer: { ...bodyOf(change, AnswerSchema), atMs } });
        this.#open.get(objection.scope)?.delete(subject);
        return;
      }
      default:
        throw new CampusError("OBJECTION_UNKNOWN", `change ${revision} is of the kind "${kind}", which is not known`);
    }
  }

  #mustHave(id: string): Objection {
    const objection = this.#objections.get(id);
    if (objection === undefined) throw new CampusError("NOT_FOUND", `there is no objection "${id}"`);
    return objection;
  }
}
