import { expect } from 'vitest';
import type { Commitment } from '../../sidecar/commitments/index.ts';
import type { CompletedClaim, Evidence } from '../../sidecar/evidence/index.ts';
import { callApi } from '../kit/real-sidecar.ts';
import type { Scene } from './holdfast-scene.ts';

/** What the sidecar of a scene knows of the agent's word, oldest first. */
export function wordOf({ paths }: Scene) {
  async function all<Row>(name: string): Promise<Row[]> {
    const { status, body } = await callApi<Record<string, Row[]>>(paths, `/${name}?limit=200`);
    expect({ name, status }).toEqual({ name, status: 200 });
    return (body[name] ?? []).toReversed();
  }
  return {
    commitments: () => all<Commitment>('commitments'),
    claims: () => all<CompletedClaim>('claims'),
    evidence: () => all<Evidence>('evidence'),
  };
}
