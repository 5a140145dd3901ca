// Everything about declared figures and objections on HTTP, where a collector keeps them.
import type { FastifyPluginAsync } from "fastify";
import { attachmentsApi } from "../api/attachments.ts";
import { declaredApi } from "../api/declared.ts";
import { judgedSchool } from "../api/lookup.ts";
import { objectionsApi } from "../api/objections.ts";
import type { Services } from "../app.ts";
import { scorecard } from "../score/card/card.ts";
import { ofFigure } from "../score/card/indicator.ts";
import type { ComparedResult } from "./compare.ts";

export const declarationsApi: FastifyPluginAsync<Services> = async (app, services) => {
  const { attachments, declared, objections } = services;
  if (attachments) await app.register(attachmentsApi, { ...services, attachments });
  if (declared) await app.register(declaredApi, { ...services, declared, resultOf: (id) => resultOf(services, id) });
  if (objections) await app.register(objectionsApi, { ...services, objections });
};

/** What is computed of a school so far: its rooms, and the card that they make. */
function resultOf(services: Services, schoolId: string): ComparedResult {
  const { judgement } = judgedSchool(services, schoolId);
  const indicators = { WIFI_COVER: ofFigure(judgement.coverage.rate) };
  return { judgement, card: scorecard({ indicators, asOfMs: judgement.asOfMs }), indicators: new Map() };
}
