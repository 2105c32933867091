/**
 * Every code that Holdfast can answer with: over HTTP, on the command line, in a file.
 * `status` is the HTTP status; `retryable` says whether the same call can succeed later by itself.
 */
export const CODES = {
  BAD_INPUT: { status: 400, retryable: false },
  UNAUTHORIZED: { status: 401, retryable: false },
  FORBIDDEN_HOST: { status: 403, retryable: false },
  FORBIDDEN_ORIGIN: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  VERSION_CONFLICT: { status: 409, retryable: true },
  COMMITMENT_CLOSED: { status: 409, retryable: false },
  /** One turn a session at a time. */
  SESSION_BUSY: { status: 409, retryable: true },
  REQUEST_TIMEOUT: { status: 408, retryable: true },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false },
  HEADERS_TOO_LARGE: { status: 431, retryable: false },
  INTERNAL: { status: 500, retryable: false },
  SHUTTING_DOWN: { status: 503, retryable: true },
  STORAGE_FULL: { status: 507, retryable: true },
  STORAGE_UNWRITABLE: { status: 507, retryable: true },

  // Runs. What is refused leaves nothing behind.
  PROJECT_NOT_FOUND: { status: 404, retryable: false },
  NOT_A_GIT_REPOSITORY: { status: 400, retryable: false },
  GIT_BINARY_NOT_FOUND: { status: 400, retryable: false },
  AGENT_BINARY_NOT_FOUND: { status: 400, retryable: false },
  BRANCH_CHECKED_OUT_ELSEWHERE: { status: 409, retryable: false },
  BRANCH_NOT_FETCHED: { status: 400, retryable: false },
  DISK_SPACE_LOW: { status: 507, retryable: true },
  RUN_NOT_FOUND: { status: 404, retryable: false },
  RUN_NOT_LIVE: { status: 409, retryable: false },
  RUN_NOT_RESTORABLE: { status: 409, retryable: false },
  SESSION_INCOMPLETE_HANDLE: { status: 409, retryable: false },

  // The resume queue.
  QUEUE_DISABLED: { status: 409, retryable: false },
  QUEUE_PAUSED: { status: 409, retryable: false },
  /** A gate holds the entry back; the details name it. */
  QUEUE_HELD_BACK: { status: 409, retryable: true },
  ENTRY_NOT_OPEN: { status: 409, retryable: false },
  ENTRY_NOT_REQUEUEABLE: { status: 409, retryable: false },

  // Refusals to start. Each is one sentence for a person; `start` exits 1, or 57 for DATABASE_NEWER.
  NODE_UNSUPPORTED: { status: 500, retryable: false },
  PLATFORM_UNSUPPORTED: { status: 500, retryable: false },
  SQLITE_TOO_OLD: { status: 500, retryable: false },
  HOME_UNKNOWN: { status: 500, retryable: false },
  HOME_UNUSABLE: { status: 500, retryable: false },
  HOME_NOT_LOCAL: { status: 500, retryable: false },
  CONFIG_INVALID: { status: 500, retryable: false },
  DATABASE_DAMAGED: { status: 500, retryable: false },
  DATABASE_NEWER: { status: 500, retryable: false },
  MIGRATION_FAILED: { status: 500, retryable: false },
  INSTANCE_LOCK_DAMAGED: { status: 500, retryable: false },
  SIDECAR_NOT_ANSWERING: { status: 500, retryable: true },
  SIDECAR_NOT_RUNNING: { status: 500, retryable: true },
  START_FAILED: { status: 500, retryable: true },
  UNIT_UNSUPPORTED: { status: 500, retryable: false },
  UNIT_FAILED: { status: 500, retryable: true },

  // Other people's files.
  SETTINGS_UNREADABLE: { status: 500, retryable: false },
  SETTINGS_CHANGED: { status: 409, retryable: true },
  SETTINGS_UNWRITABLE: { status: 500, retryable: false },
  FILE_UNREADABLE: { status: 500, retryable: false },
  INSTALLS_DAMAGED: { status: 500, retryable: false },
  PACKAGE_INCOMPLETE: { status: 500, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof CODES;
