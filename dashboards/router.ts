// Addresses of the page. They live behind "#", so that any static server will do.
import { createRouter, createWebHashHistory, type RouteLocationRaw } from "vue-router";
import OverviewView from "./views/OverviewView.vue";

/** The province whose figures open the page. */
export const PROVINCE = "330000";

export function buildRouter() {
  return createRouter({
    history: createWebHashHistory(),
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
    routes: [
      { path: "/", name: "overview", component: OverviewView, props: { code: PROVINCE } },
      { path: "/regions/:code", name: "region", component: OverviewView, props: true },
      { path: "/schools/:id", name: "school", component: () => import("./views/SchoolView.vue"), props: true },
      {
        path: "/schools/:id/what-if",
        name: "school-what-if",
        component: () => import("./views/SchoolWhatIfView.vue"),
        props: true,
      },
      {
        path: "/regions/:code/what-if",
        name: "region-what-if",
        component: () => import("./views/RegionWhatIfView.vue"),
        props: true,
      },
      { path: "/venues/:id", name: "venue", component: () => import("./views/RoomView.vue"), props: true },
      { path: "/devices/:id", name: "device", component: () => import("./views/DeviceView.vue"), props: true },
      { path: "/agents", name: "fleet", component: () => import("./views/FleetView.vue") },
      { path: "/agents/:id", name: "agent", component: () => import("./views/AgentView.vue"), props: true },
      { path: "/indicators", name: "indicators", component: () => import("./views/IndicatorsView.vue") },
      {
        path: "/scorecards/:scope",
        name: "scorecard",
        component: () => import("./views/ScorecardView.vue"),
        props: true,
      },
      {
        path: "/scorecards/:scope/indicators/:id",
        name: "figure",
        component: () => import("./views/FigureView.vue"),
        props: true,
      },
      { path: "/targets/:id", name: "target", component: () => import("./views/TargetView.vue"), props: true },
      { path: "/targets", name: "targets", component: () => import("./views/PolicyView.vue") },
      { path: "/declared", name: "declared", component: () => import("./views/DeclaredView.vue") },
      { path: "/inventory", name: "inventory", component: () => import("./views/InventoryView.vue") },
      { path: "/objections", name: "objections", component: () => import("./views/ObjectionsView.vue") },
      { path: "/:rest(.*)*", name: "lost", component: () => import("./views/NotFoundView.vue") },
    ],
  });
}

/** What an objection is to, and of which day and result. */
export interface ObjectionQuery {
  scope?: string;
  indicator?: string;
  venue?: string;
  target?: string;
  asOf?: string;
  revision?: number;
}

export const to = {
  region: (code: string): RouteLocationRaw =>
    code === PROVINCE ? { name: "overview" } : { name: "region", params: { code } },
  school: (id: string): RouteLocationRaw => ({ name: "school", params: { id } }),
  venue: (id: string): RouteLocationRaw => ({ name: "venue", params: { id } }),
  fleet: (): RouteLocationRaw => ({ name: "fleet" }),
  indicators: (): RouteLocationRaw => ({ name: "indicators" }),
  schoolWhatIf: (id: string): RouteLocationRaw => ({ name: "school-what-if", params: { id } }),
  regionWhatIf: (code: string): RouteLocationRaw => ({ name: "region-what-if", params: { code } }),
  scorecard: (scope: string): RouteLocationRaw => ({ name: "scorecard", params: { scope } }),
  figure: (scope: string, id: string): RouteLocationRaw => ({ name: "figure", params: { scope, id } }),
  target: (id: string): RouteLocationRaw => ({ name: "target", params: { id } }),
  targets: (): RouteLocationRaw => ({ name: "targets" }),
  declared: (query: { scope?: string; indicator?: string } = {}): RouteLocationRaw => ({ name: "declared", query }),
  inventory: (): RouteLocationRaw => ({ name: "inventory" }),
  /** With a scope and what it is to, the form is filled in. */
  objections: (query: ObjectionQuery = {}): RouteLocationRaw => ({ name: "objections", query: { ...query } }),
  agent: (id: string): RouteLocationRaw => ({ name: "agent", params: { id } }),
  device: (id: string): RouteLocationRaw => ({ name: "device", params: { id } }),
};
