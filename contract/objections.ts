// Objections to figures and what was answered: the shapes in which they travel (scoring model 1.6). No figure changes by one.
import Type, { type Static } from "typebox";
import { AttachedSchema, AttachmentSchema, MAX_ATTACHMENTS, Written } from "./declared.ts";

/** What an objection may be to, beside the scope: one indicator, one venue, or one policy target. */
export const OBJECTED_KINDS = ["indicator", "venue", "target"] as const;
export type ObjectedKind = (typeof OBJECTED_KINDS)[number];

export const OUTCOMES = ["upheld", "rejected", "withdrawn"] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const OBJECTION_STATES = ["open", ...OUTCOMES] as const;
export type ObjectionState = (typeof OBJECTION_STATES)[number];

const Text = Type.String();
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });

const RAISED = {
  scope: Written(64),
  /** Exactly one of these three. */
  indicator: Type.Optional(Written(64)),
  venue: Type.Optional(Written(200)),
  target: Type.Optional(Written(64)),
  /** The day of the figure. */
  asOf: Day,
  /** Of the result, where one is kept: contract/scorecard.ts `kept.revision`. */
  revision: Type.Optional(Type.Integer({ minimum: 1 })),
  who: Written(100),
  text: Written(5_000),
};

/** Body of POST /v1/objections. */
export const NewObjectionSchema = Type.Object(
  { ...RAISED, attachments: Type.Optional(Type.Array(AttachedSchema, { maxItems: MAX_ATTACHMENTS })) },
  { additionalProperties: false },
);
export type NewObjection = Static<typeof NewObjectionSchema>;

/** Body of POST /v1/objections/:id/answer; it ends the objection. */
export const AnswerSchema = Type.Object(
  { author: Written(100), text: Written(5_000), outcome: Type.Enum([...OUTCOMES]) },
  { additionalProperties: false },
);
export type Answer = Static<typeof AnswerSchema>;

/** As it was raised and is kept. */
export const RaisedSchema = Type.Object({ id: Text, ...RAISED, attachments: Type.Array(AttachmentSchema) });

export const ObjectionViewSchema = Type.Object({
  id: Text,
  ...RAISED,
  attachments: Type.Array(AttachmentSchema),
  at: Text,
  state: Type.Enum([...OBJECTION_STATES]),
  answer: Type.Optional(Type.Object({ at: Text, author: Text, text: Text, outcome: Type.Enum([...OUTCOMES]) })),
});
export type ObjectionView = Static<typeof ObjectionViewSchema>;

/** Open ones first, then the newest first. */
export const ObjectionListSchema = Type.Object({
  /** Whether who asks may object and answer: only from the collector's own machine. */
  changeable: Type.Boolean(),
  objections: Type.Array(ObjectionViewSchema),
});
export type ObjectionList = Static<typeof ObjectionListSchema>;
