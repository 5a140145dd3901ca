// Everything about declared figures and objections on HTTP, where a collector keeps them.
import type { FastifyPluginAsync } from "fastify";
import { attachmentsApi } from "../api/attachments.ts";
import { declaredApi } from "../api/declared.ts";
import { judgedSchool } from "../api/lookup.ts";
import { objectionsApi } from "../api/objections.ts";
import type { Services } from "../app.ts";
import { feedSchool } from "../score/school/feed.ts";
import type { ComparedResult } from "./compare.ts";
import type { Declared } from "./declared.ts";

export const declarationsApi: FastifyPluginAsync<Services> = async (app, services) => {
  const { attachments, declared, objections } = services;
  if (attachments) await app.register(attachmentsApi, { ...services, attachments });
  if (declared) {
    const resultOf = (schoolId: string) => comparedResult(services, declared, schoolId);
    await app.register(declaredApi, { ...services, declared, resultOf });
  }
  if (objections) await app.register(objectionsApi, { ...services, objections });
};

/** A school now, by what is known without reading the store; what needs more is not known. */
function comparedResult(services: Services, declared: Declared, schoolId: string): ComparedResult {
  const { judgement, school, inventory } = judgedSchool(services, schoolId);
  const { asOfMs } = judgement;
  const hasAgent = services.board.agentsOf(schoolId).length > 0;
  const about = { inventory, school, judgement, asOfMs, hasAgent };
  const result = feedSchool({
    ...about,
    declared: declared.of(schoolId),
    isThere: declared.isThere,
    measured: undefined,
  });
  return { ...result, devices: inventory.devicesOf(schoolId) };
}
