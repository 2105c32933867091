export type { PlanItem, ShownPlan } from './plan.ts';
export { openPlans, type PlanCall, type Plans } from './plans.ts';
