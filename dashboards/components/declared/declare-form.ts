// The form of a declaration: what its fields hold, and what is sent of them.
import {
  ATTACHMENT_TYPES,
  type AttachmentType,
  type AttachmentView,
  type Declaration,
  type DeclaringRule,
} from "../../../contract/declared.ts";

export interface SystemRow {
  id: string;
  graded: boolean;
  filed: boolean;
  /** A day, or empty. */
  assessedUntil: string;
}

/** Texts as they stand in their fields; empty: not given. */
export interface DeclareFields {
  scope: string;
  indicator: string;
  part: string;
  numerator: string;
  denominator: string;
  count: string;
  holds: "" | "yes" | "no";
  systems: SystemRow[];
  author: string;
  signedOn: string;
  validFrom: string;
  validTo: string;
  note: string;
  attachments: AttachmentView[];
}

export function emptyFields(): DeclareFields {
  const texts = { scope: "", indicator: "", part: "", numerator: "", denominator: "", count: "", author: "" };
  const days = { signedOn: "", validFrom: "", validTo: "" };
  return { ...texts, ...days, holds: "", systems: [], note: "", attachments: [] };
}

/** Only what the rule asks for is sent: a field that was filled in for another indicator is not. */
export function declarationOf(fields: DeclareFields, rule: DeclaringRule): Declaration {
  const { scope, indicator, author, signedOn } = fields;
  return {
    scope: scope.trim(),
    indicator,
    kind: rule.kind,
    ...(rule.part !== undefined && given("part", fields.part)),
    ...contentOf(fields, rule),
    author,
    signedOn,
    ...given("validFrom", fields.validFrom),
    ...given("validTo", fields.validTo),
    ...given("note", fields.note),
    attachments: fields.attachments.map(({ sha256, name }) => ({ sha256, name })),
  };
}

function contentOf(fields: DeclareFields, rule: DeclaringRule): Partial<Declaration> {
  switch (rule.kind) {
    case "rate":
      return { ...whole("numerator", fields.numerator), ...whole("denominator", fields.denominator) };
    case "count":
      return whole("count", fields.count);
    case "flag":
      return fields.holds === "" ? {} : { holds: fields.holds === "yes" };
    case "zero":
      return {};
    case "list":
      return rule.systems === true ? { systems: fields.systems.map(systemOf) } : {};
  }
}

function systemOf({ id, graded, filed, assessedUntil }: SystemRow) {
  return { id: id.trim(), graded, filed, ...given("assessedUntil", assessedUntil) };
}

function given<K extends string>(name: K, text: string): Partial<Record<K, string>> {
  const trimmed = text.trim();
  return trimmed === "" ? {} : ({ [name]: trimmed } as Record<K, string>); // the one key there is
}

/** Nothing for what is no whole number: the collector then says that it is missing. */
function whole<K extends string>(name: K, text: string): Partial<Record<K, number>> {
  const trimmed = text.trim();
  return /^\d+$/.test(trimmed) ? ({ [name]: Number(trimmed) } as Record<K, number>) : {}; // the one key there is
}

/** By the ending of its name, because browsers name types as the system's programs do; `undefined`: it is not taken. */
export function mediaTypeOfName(name: string): AttachmentType | undefined {
  const ending = name.toLowerCase().match(/\.([a-z]+)$/)?.[1];
  const wanted = ending === "jpeg" ? "jpg" : ending;
  const types = Object.keys(ATTACHMENT_TYPES) as AttachmentType[]; // the keys of our own constant
  return types.find((type) => ATTACHMENT_TYPES[type] === wanted);
}
