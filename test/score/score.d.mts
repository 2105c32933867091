export type Labelled = { kind: string; verb: string; object: string; trigger?: string };
export type Row = { id: string; text: string; claims: Labelled[] };
export type Figure = { name: string; n: number; precision: number; recall: number };
export type Failure = { id: string; what: string; lost: Labelled[]; extra: Labelled[]; text: string };

export function scoreClaims(
  rows: Row[],
  classify: (text: string) => Labelled[],
): { figures: Figure[]; failures: Failure[] };
