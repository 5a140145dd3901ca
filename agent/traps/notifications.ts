// Reads notifications.yaml: which notification means which kind of event, and which of its varbinds say whom it is about.
import { readFile } from "node:fs/promises";
import Type, { type Static } from "typebox";
import { parse } from "yaml";
import { checked } from "../../contract/check.ts";
import type { Problem } from "../../contract/errors.ts";
import { EVENT_KINDS, type EventKind } from "../../contract/events.ts";
import { parseOid } from "../snmp/oid.ts";

const OID = "^1(\\.\\d{1,10})+$";
const OidSchema = Type.String({ pattern: OID });
const kinds = Object.keys(EVENT_KINDS) as EventKind[]; // Object.keys forgets the keys of our own table

const NotificationSchema = Type.Object(
  {
    name: Type.String({ pattern: "^[A-Za-z][A-Za-z0-9-]*$", description: "as the MIB names it" }),
    oid: OidSchema,
    kind: Type.Enum(kinds),
    device: Type.Optional(
      Type.Object(
        { mac: Type.Optional(OidSchema), serial: Type.Optional(OidSchema), name: Type.Optional(OidSchema) },
        {
          additionalProperties: false,
          minProperties: 1,
          description: "objects that name the device; absent: the sender",
        },
      ),
    ),
    says: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Za-z][A-Za-z0-9 ]*$" }), OidSchema, {
        description: "objects whose values are the text of the event, by the word that stands before each",
      }),
    ),
  },
  { additionalProperties: false },
);

const FileSchema = Type.Object(
  { notifications: Type.Array(NotificationSchema, { minItems: 1 }) },
  { additionalProperties: false },
);

export type NotificationRule = Static<typeof NotificationSchema>;

/** Rules by the notification's OID. */
export type NotificationRules = ReadonlyMap<string, NotificationRule>;

const FILE = new URL("./notifications.yaml", import.meta.url);

/** @throws ConfigError naming every problem of the file. */
export async function loadNotifications(): Promise<NotificationRules> {
  return parseNotifications("notifications.yaml", await readFile(FILE, "utf8"));
}

/** @throws ConfigError naming every problem of `file`, of which `text` is the content. */
export function parseNotifications(file: string, text: string): NotificationRules {
  const raw: unknown = parse(text);
  const { notifications } = checked(file, FileSchema, raw, problemsOf);
  return new Map(notifications.map((rule) => [rule.oid, rule]));
}

function problemsOf({ notifications }: Static<typeof FileSchema>): Problem[] {
  const first = new Map<string, string>();
  return notifications.flatMap(({ oid, name }, i): Problem[] => {
    const path = `notifications[${i}].oid`;
    const earlier = first.get(oid);
    first.set(oid, name);
    if (earlier !== undefined) return [{ path, message: `is the notification ${earlier} already` }];
    return canBeRead(oid) ? [] : [{ path, message: "is no object identifier" }];
  });
}

function canBeRead(oid: string): boolean {
  try {
    parseOid(oid);
    return true;
  } catch {
    return false; // what is wrong with it says the caller
  }
}
