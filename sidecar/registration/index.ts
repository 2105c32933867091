export {
  type CommandHook,
  commandHook,
  HOOK_ENTRIES,
  type HookEntry,
  type HookGroup,
  hookGroup,
  hookSettings,
  STATUS_LINE_SCRIPT,
  statusLineSetting,
} from './hook-entries.ts';
