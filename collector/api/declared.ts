// What people declare: entered with its attachments, withdrawn with a reason, and shown beside what is measured.
import { setImmediate } from "node:timers/promises";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Clock } from "../../contract/clock.ts";
import {
  ComparisonListSchema,
  type ComparisonView,
  DeclarationSchema,
  DeclaredListSchema,
  type EntryView,
  EntryViewSchema,
  WithdrawalSchema,
} from "../../contract/declared.ts";
import { type ComparedResult, compareSchool, isCompared } from "../declared/compare.ts";
import type { Declared } from "../declared/declared.ts";
import type { DeclaredEntry } from "../declared/entry.ts";
import { type KnownScopes, populationNames, scopeKindOf } from "../declared/scopes.ts";
import { lastDayOf, type Standing, standingsOn } from "../declared/standing.ts";
import { dayAt, dayOf, dayText, instantText } from "../inventory/day.ts";
import { loadPolicyTargets } from "../score/policy/load.ts";
import { badQuery, notFound } from "./errors.ts";
import { localOnly } from "./local-only.ts";
import { mayChange } from "./may-change.ts";

export interface DeclaredApiServices {
  board: KnownScopes;
  clock: Pick<Clock, "nowMs">;
  declared: Declared;
  /** What is computed of a school of the inventory now. */
  resultOf(schoolId: string): ComparedResult | Promise<ComparedResult>;
}

/** In one answer; a scope has far fewer. */
const MAX_LISTED = 2_000;

const Text = Type.String({ minLength: 1 });
const ById = Type.Object({ id: Type.String() });
const ERRORS = { "4xx": ErrorBodySchema };

export const declaredApi: FastifyPluginAsyncTypebox<DeclaredApiServices> = async (app, services) => {
  const { declared, board, clock } = services;
  const populations = populationNames(loadPolicyTargets().values());
  const kindOf = (scope: string) => scopeKindOf(scope, board, populations);
  const today = () => dayAt(clock.nowMs());
  const viewOf = (entry: DeclaredEntry): EntryView => {
    const standing = declared.standings(entry.scope, today()).find(({ entry: { id } }) => id === entry.id);
    return view(standing ?? { entry, state: "not_yet" });
  };

  app.get(
    "/v1/declared",
    {
      schema: {
        summary: `What was declared, the newest ${MAX_LISTED} first, and where each entry stands on a day; absent: today`,
        querystring: Type.Object(
          { scope: Type.Optional(Text), indicator: Type.Optional(Text), on: Type.Optional(Text) },
          { additionalProperties: false },
        ),
        response: { 200: DeclaredListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope, indicator, on } = request.query;
      const day = on === undefined ? today() : dayOf(on);
      if (day === undefined) throw badQuery("on", on ?? "", "a day such as 2026-09-01");
      const isWanted = (entry: DeclaredEntry) => indicator === undefined || entry.indicator === indicator;
      const ofScope = () => (scope === undefined ? declared.all() : declared.of(scope));
      const wanted = ofScope().filter(isWanted);
      const shown = new Set(wanted.slice(-MAX_LISTED).map(({ id }) => id));
      await declared.checkAttachments(hashesOf(wanted.slice(-MAX_LISTED)));
      const standings = standingsOn(ofScope(), day, declared.isThere).filter(({ entry }) => shown.has(entry.id));
      return {
        on: dayText(day),
        revision: declared.revision,
        changeable: mayChange(request),
        total: wanted.length,
        entries: standings.reverse().map(view),
      };
    },
  );

  app.get(
    "/v1/declared/comparisons",
    {
      schema: {
        summary:
          "What schools declared beside what is measured there, contradictions first; neither changes the other. Of a school or a region; absent: everywhere",
        querystring: Type.Object({ scope: Type.Optional(Text) }, { additionalProperties: false }),
        response: { 200: ComparisonListSchema, ...ERRORS },
      },
    },
    async ({ query: { scope } }) => {
      if (scope !== undefined && kindOf(scope) === undefined) throw notFound("school or region", scope);
      const nowMs = clock.nowMs();
      const all: ComparisonView[] = [];
      for (const id of schoolsOf(scope, services)) {
        await declared.checkAttachments(hashesOf(declared.of(id)));
        const holding = declared.inForce(id, dayAt(nowMs)).holding.filter(isCompared);
        if (holding.length === 0) continue;
        await setImmediate(); // a province takes a while, and others are to be answered in between
        all.push(...compareSchool(holding, await services.resultOf(id)));
      }
      const comparisons = [...all.filter((one) => one.contradicted), ...all.filter((one) => !one.contradicted)];
      return { asOf: instantText(nowMs), comparisons };
    },
  );

  app.post(
    "/v1/declared",
    {
      onRequest: async (request) => localOnly(request, "figures can be declared"),
      schema: {
        summary: "Declare a figure; its attachments are uploaded before. Nothing measured is changed by it",
        body: DeclarationSchema,
        response: { 200: EntryViewSchema, ...ERRORS },
      },
    },
    async ({ body, log }) => {
      const entry = await declared.enter(body, kindOf);
      const { id, scope, indicator } = entry;
      log.info({ entry: id, scope, indicator, revision: declared.revision }, "figure declared");
      return viewOf(entry);
    },
  );

  app.post(
    "/v1/declared/:id/withdraw",
    {
      onRequest: async (request) => localOnly(request, "declared figures can be withdrawn"),
      schema: {
        summary: "Withdraw an entry: it stays in the list, and holds no more from today on",
        params: ById,
        body: WithdrawalSchema,
        response: { 200: EntryViewSchema, ...ERRORS },
      },
    },
    async ({ params: { id }, body, log }) => {
      const entry = await declared.withdraw(id, body);
      log.info({ entry: id, revision: declared.revision }, "declared figure withdrawn");
      return viewOf(entry);
    },
  );
};

/** Schools with something declared, of a scope. */
function schoolsOf(scope: string | undefined, { board: { inventory }, declared }: DeclaredApiServices): string[] {
  if (inventory === undefined) return [];
  const hasSome = (id: string) => declared.of(id).length > 0;
  if (scope !== undefined && inventory.school(scope) !== undefined) return [scope].filter(hasSome);
  const schools = scope === undefined ? inventory.schools : inventory.schoolsIn(scope);
  return schools.map(({ id }) => id).filter(hasSome);
}

function hashesOf(entries: readonly DeclaredEntry[]): Set<string> {
  const inUse = entries.filter(({ withdrawn }) => withdrawn === undefined);
  return new Set(inUse.flatMap(({ attachments }) => attachments.map(({ sha256 }) => sha256)));
}

function view({ entry, state }: Standing): EntryView {
  const { withdrawn, enteredAtMs, attachments, systems, ...rest } = entry;
  return {
    ...rest,
    ...(systems && { systems: [...systems] }),
    attachments: [...attachments],
    enteredAt: instantText(enteredAtMs),
    lastDay: dayText(lastDayOf(entry)),
    state,
    ...(withdrawn && {
      withdrawn: { at: instantText(withdrawn.atMs), author: withdrawn.author, reason: withdrawn.reason },
    }),
  };
}
