// Policy targets: GET /v1/policy-targets and /v1/policy-targets/:id, every clause with its state as of today.
//
// Monthly evaluations are not kept yet, so targets that are judged by figures have nothing to be judged on: they are insufficient,
// with that as the reason, and never anything else.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Clock } from "../../contract/clock.ts";
import { PolicyTargetListSchema, PolicyTargetSchema, type PolicyTargetView } from "../../contract/policy.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import { judgeTarget } from "../score/policy/judge.ts";
import { loadPolicyTargets } from "../score/policy/load.ts";
import type { PolicyTarget, TargetIndicator } from "../score/policy/target.ts";
import { unknownTarget } from "./errors.ts";

export const policyTargetsApi: FastifyPluginAsyncTypebox<{ clock: Pick<Clock, "nowMs"> }> = async (app, { clock }) => {
  const targets = loadPolicyTargets();
  const today = () => dayText(dayAt(clock.nowMs()));

  app.get(
    "/v1/policy-targets",
    {
      schema: {
        summary: "Every clause of the policy documents with its state; a proxy, not a recognition",
        response: { 200: PolicyTargetListSchema },
      },
    },
    () => {
      const asOf = today();
      return { asOf, modelVersion: MODEL_VERSION, targets: [...targets.values()].map((target) => view(target, asOf)) };
    },
  );

  app.get(
    "/v1/policy-targets/:id",
    {
      schema: {
        summary: "One clause with its state; a proxy, not a recognition",
        params: Type.Object({ id: Type.String() }),
        response: { 200: PolicyTargetSchema, 404: ErrorBodySchema },
      },
    },
    ({ params: { id } }) => {
      const target = targets.get(id);
      if (!target) throw unknownTarget(id);
      return view(target, today());
    },
  );
};

function view(target: PolicyTarget, asOf: string): PolicyTargetView {
  const { document, comparator, deadline, note, primaryEvidence } = target;
  const { state, isClosed, computedAs, parts } = judgeTarget(target, [], asOf);
  return {
    id: target.id,
    document: { text: document.text, title: document.title, ...(document.number && { number: document.number }) },
    section: target.section,
    phraseZh: target.phraseZh,
    meaningEn: target.meaningEn,
    kind: target.kind,
    ...(comparator && { comparator }),
    asked: target.values.map(({ text, unit }) => ({ text, unit })),
    ...(deadline && { deadline }),
    scope: target.scope,
    group: target.group,
    evidence: [primaryEvidence, ...target.evidence.filter((kind) => kind !== primaryEvidence)],
    indicators: target.indicators.map(indicatorText),
    howEvidenced: target.howEvidenced,
    ...(note && { note }),
    computedAs,
    isClosed,
    state,
    parts: parts.map(({ part: { population, value, indicator }, result }) => ({
      population: population.text,
      ...(value && { asked: { text: value.text, unit: value.unit } }),
      ...(indicator && { indicator: indicatorText(indicator) }),
      state: result.state,
      ...(result.gap && { gap: result.gap }),
    })),
  };
}

function indicatorText({ key, group }: TargetIndicator): string {
  return group === undefined ? key : `${key}{${group}}`;
}
