import { changeRun } from './change-run.ts';
import type { Context } from './main.ts';

type Options = {
  id: string;
  maxTurns?: string;
  maxUsd?: string;
  permissionMode?: string;
  model?: string;
  json?: boolean;
};

export function run({ maxTurns, maxUsd, permissionMode, model, ...options }: Options, context: Context) {
  const body = {
    permissionMode,
    model,
    ...(maxTurns === undefined ? {} : { maxTurns: Number(maxTurns) }),
    ...(maxUsd === undefined ? {} : { maxUsd: Number(maxUsd) }),
  };
  return changeRun(options, { verb: 'restore', body }, context);
}
