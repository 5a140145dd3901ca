// What people declare (evidence D): which indicators may be declared, and the shapes in which entries travel (scoring model 1, 8, 9.4).
import Type, { type Static } from "typebox";

/** Kinds of what can be declared; `indicator` of an entry says which figure. */
export const DECLARED_KINDS = ["rate", "count", "flag", "zero", "list"] as const;
export type DeclaredKind = (typeof DECLARED_KINDS)[number];

export const DECLARING_SCOPES = ["school", "region", "zone", "group"] as const;
export type DeclaringScope = (typeof DECLARING_SCOPES)[number];

/** What part of an indicator an entry names: one of these, a name of its own, or a day. */
export type PartRule = { oneOf: readonly string[] } | "name" | "day";

/** One way of declaring an indicator. */
export interface DeclaringRule {
  kind: DeclaredKind;
  scopes: readonly DeclaringScope[];
  /** Absent: the entry names no part. */
  part?: PartRule;
  /** Its attachment is a list of systems, and the entry says of each how it stands. */
  systems?: true;
}

const ANY: readonly DeclaringScope[] = DECLARING_SCOPES;
const OPERATORS: readonly DeclaringScope[] = ["school", "region", "zone"];
const ABOVE_SCHOOLS: readonly DeclaringScope[] = ["region", "zone", "group"];
const SCHOOL: readonly DeclaringScope[] = ["school"];

/** Classes of terminals of IOT_INTEGRATION that a school may attest not to have. */
export const ZERO_CLASSES = ["monitoring", "door", "appliance"] as const;
/** 权限管控, 态势感知, 接口审计, 数据脱敏, 数据加密, 数据水印: each is declared for itself. */
export const DECLARED_CAPABILITIES = [
  "access_control",
  "situation_awareness",
  "interface_audit",
  "masking",
  "encryption",
  "watermark",
] as const;

/** What may be declared, and how. What is not here is measured or registered, and nobody can declare it. */
export const DECLARABLE = {
  STAFF_CERT_RATE: [{ kind: "rate", scopes: ANY }],
  CIO_RATE: [{ kind: "rate", scopes: ANY }],
  EDU_COMMUNITY_RATE: [{ kind: "rate", scopes: ANY }],
  PARENT_SCHOOL_RATE: [{ kind: "rate", scopes: ANY }],
  XINCHUANG_RATE: [{ kind: "rate", scopes: ANY }],
  /** Lists are named by the policy target that asks for them: `B68`. */
  PILOT_COUNT: [{ kind: "count", scopes: ABOVE_SCHOOLS, part: "name" }],
  INTELLIGENT_CAMPUS_COUNT: [{ kind: "count", scopes: ABOVE_SCHOOLS }],
  SMART_CASE_COUNT: [{ kind: "count", scopes: ABOVE_SCHOOLS }],
  MONITOR_MODULES: [{ kind: "count", scopes: ABOVE_SCHOOLS }],
  MONITOR_REPORTS: [{ kind: "count", scopes: ABOVE_SCHOOLS }],
  IPV6_SINGLE_STACK: [{ kind: "count", scopes: ABOVE_SCHOOLS }],
  /** Recognised as a smart campus 智慧校园认定, or expressly not. */
  SMART_RATE: [{ kind: "flag", scopes: SCHOOL }],
  ALL_OPTICAL_COUNT: [{ kind: "flag", scopes: SCHOOL }],
  WIFI_FULL: [{ kind: "flag", scopes: SCHOOL }],
  /** A connection to the platform above is configured, or there is none. */
  DOCKING_STATUS: [{ kind: "flag", scopes: OPERATORS }],
  /** There is no website of one's own: the indicator does not apply. */
  IPV6_WEB: [{ kind: "zero", scopes: OPERATORS }],
  IOT_INTEGRATION: [{ kind: "zero", scopes: SCHOOL, part: { oneOf: ZERO_CLASSES } }],
  /** The signed list of new teaching spaces; the spaces themselves stand in the inventory. */
  SPACE_COUNT: [{ kind: "list", scopes: ["region", "zone"] }],
  MLPS_FILED: [{ kind: "list", scopes: OPERATORS, systems: true }],
  DATA_SEC_CAP: [{ kind: "rate", scopes: OPERATORS, part: { oneOf: DECLARED_CAPABILITIES } }],
  /** Drills of one day, which is the part, with their record; or that there was none. */
  DRILL_COUNT: [
    { kind: "count", scopes: OPERATORS, part: "day" },
    { kind: "zero", scopes: OPERATORS },
  ],
} as const satisfies Record<string, readonly DeclaringRule[]>;

export type DeclarableId = keyof typeof DECLARABLE;

export function isDeclarable(indicator: string): indicator is DeclarableId {
  return Object.hasOwn(DECLARABLE, indicator);
}

export function rulesOf(indicator: DeclarableId): readonly DeclaringRule[] {
  return DECLARABLE[indicator];
}

/** Media types that can be attached, with the endings of their files. */
export const ATTACHMENT_TYPES = {
  "application/pdf": "pdf",
  "image/png": "png",
  "image/jpeg": "jpg",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "text/csv": "csv",
  "text/plain": "txt",
} as const;
export type AttachmentType = keyof typeof ATTACHMENT_TYPES;

export const MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024;
export const MAX_ATTACHMENTS = 20;

/** Where an entry stands on a day. `superseded`: one of the same figure that was signed later is in force. */
export const ENTRY_STATES = ["in_force", "not_yet", "superseded", "expired", "no_attachment", "withdrawn"] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

const Text = Type.String();
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const Whole = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
/** Something is written in it. */
export const Written = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: "\\S" });

/** Of a file: nothing that leads out of a folder, or cannot stand in a header. */
export const FileName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: "^[^\\u0000-\\u001f\\u007f/\\\\]*[^\\u0000-\\u001f\\u007f/\\\\\\s][^\\u0000-\\u001f\\u007f/\\\\]*$",
});

export const AttachmentSchema = Type.Object({ name: Text, mediaType: Text, sha256: Sha256, bytes: Whole });
export type AttachmentView = Static<typeof AttachmentSchema>;

/** What an entry, or an objection, rests on: a file that was uploaded before, under the name it has here. */
export const AttachedSchema = Type.Object(
  { sha256: Sha256, name: Type.Optional(FileName) },
  { additionalProperties: false },
);

const SystemSchema = Type.Object(
  { id: Written(200), graded: Type.Boolean(), filed: Type.Boolean(), assessedUntil: Type.Optional(Day) },
  { additionalProperties: false },
);

/** What people write of an entry; which of it an indicator takes is DECLARABLE's. */
const WRITTEN = {
  scope: Written(64),
  indicator: Written(64),
  kind: Type.Enum([...DECLARED_KINDS]),
  part: Type.Optional(Written(200)),
  numerator: Type.Optional(Whole),
  denominator: Type.Optional(Whole),
  count: Type.Optional(Whole),
  holds: Type.Optional(Type.Boolean()),
  systems: Type.Optional(Type.Array(SystemSchema, { maxItems: 5_000 })),
  author: Written(100),
  signedOn: Day,
  validTo: Type.Optional(Day),
  note: Type.Optional(Written(2_000)),
};

/** Body of POST /v1/declared. Without `validFrom` it holds from the signature on. */
export const DeclarationSchema = Type.Object(
  { ...WRITTEN, validFrom: Type.Optional(Day), attachments: Type.Array(AttachedSchema, { maxItems: MAX_ATTACHMENTS }) },
  { additionalProperties: false },
);
export type Declaration = Static<typeof DeclarationSchema>;

/** An entry without what became of it, as it is kept. */
export const EnteredSchema = Type.Object({
  id: Text,
  ...WRITTEN,
  validFrom: Day,
  attachments: Type.Array(AttachmentSchema),
  enteredAtMs: Type.Integer(),
});

export const EntryViewSchema = Type.Object({
  id: Text,
  ...WRITTEN,
  validFrom: Day,
  attachments: Type.Array(AttachmentSchema),
  enteredAt: Text,
  /** The last day on which it holds. */
  lastDay: Day,
  state: Type.Enum([...ENTRY_STATES]),
  withdrawn: Type.Optional(Type.Object({ at: Text, author: Text, reason: Text })),
});
export type EntryView = Static<typeof EntryViewSchema>;

export const COMPARISON_RESULTS = ["agree", "disagree", "not_comparable"] as const;

/** What was declared beside what is measured; neither changes the other. */
export const ComparisonSchema = Type.Object({
  scope: Text,
  indicator: Text,
  part: Type.Optional(Text),
  entry: Text,
  /** Both as text: `yes`, `no`, `unknown`, or a number. */
  declared: Text,
  measured: Text,
  /** Of what is measured: an indicator's id where it has another name, and its kind of evidence. */
  measuredAs: Text,
  measuredEvidence: Text,
  result: Type.Enum([...COMPARISON_RESULTS]),
  /** More was declared than is measured: somebody should look at it. */
  contradicted: Type.Boolean(),
});
export type ComparisonView = Static<typeof ComparisonSchema>;

export const DeclaredListSchema = Type.Object({
  /** The day for which the states hold. */
  on: Day,
  /** Grows with everything that can change what is in force; results name it. */
  revision: Type.Integer(),
  /** Whether who asks may declare and withdraw: only from the collector's own machine. */
  changeable: Type.Boolean(),
  /** How many there are; `entries` has the newest of them. */
  total: Type.Integer({ minimum: 0 }),
  entries: Type.Array(EntryViewSchema),
});
export type DeclaredList = Static<typeof DeclaredListSchema>;

export const ComparisonListSchema = Type.Object({ asOf: Text, comparisons: Type.Array(ComparisonSchema) });
export type ComparisonList = Static<typeof ComparisonListSchema>;

/** Body of POST /v1/declared/:id/withdraw. */
export const WithdrawalSchema = Type.Object(
  { author: Written(100), reason: Written(2_000) },
  { additionalProperties: false },
);
export type Withdrawal = Static<typeof WithdrawalSchema>;
