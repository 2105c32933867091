export {
  type CommandHook,
  commandHook,
  HOOK_ENTRIES,
  type HookEntry,
  type HookGroup,
  hookGroup,
  hookSettings,
} from './hook-entries.ts';
