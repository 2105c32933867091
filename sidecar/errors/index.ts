import { CODES, type ErrorCode } from './codes.ts';

export { CODES, type ErrorCode };

/** The one error type. `message` says what happened and why, `hint` what the person can do about it. */
export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    hint: string,
    { cause, details }: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, { cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.hint = hint;
    this.status = CODES[code].status;
    this.retryable = CODES[code].retryable;
    this.details = details;
  }
}

export type ErrorEnvelope = {
  error: { code: ErrorCode; message: string; hint: string; details?: Record<string, unknown> };
};

export function errorEnvelope(error: HoldfastError): ErrorEnvelope {
  const { code, message, hint, details } = error;
  return { error: details === undefined ? { code, message, hint } : { code, message, hint, details } };
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` of a system or SQLite error (`ENOENT`, `SQLITE_FULL`), or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** How a command line that fails with this ends: 57 for a ledger of a newer Holdfast, 2 bad usage, else 1. */
export function exitCodeOf(thrown: { code?: unknown }): number {
  if (thrown.code === 'DATABASE_NEWER') return 57;
  return thrown.code === 'BAD_INPUT' ? 2 : 1;
}
