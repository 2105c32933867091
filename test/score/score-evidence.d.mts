export type Expected = { verb: string; object: string; state?: string; verdict?: string };
export type Scenario = {
  id: string;
  promise: string;
  calls: { tool: string; input: unknown; ok: boolean; response?: unknown }[];
  said?: string;
  expect: Expected[];
  completed: Expected[];
};
export type EvidenceFigure = { name: string; n: number; right: number; share: number };
export type EvidenceFailure = {
  id: string;
  what: string;
  verb: string;
  object: string;
  want: string;
  have: string;
};

export function scoreEvidence(
  rows: Scenario[],
  judge: (row: Scenario) => { expect: Expected[]; completed: Expected[] },
): { figures: EvidenceFigure[]; failures: EvidenceFailure[] };
