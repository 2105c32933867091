import type { ToolCall } from '../evidence/index.ts';

export type Roots = { project: string | null; cwd: string | null };

const PATHS = ['file_path', 'notebook_path'];

/**
 * The call with its file named as it is inside the project. The client always names it from the root, and a
 * project below `/tmp` or in a folder called `build` would seem to hold nothing but throwaway files.
 */
export function withinProject(call: ToolCall, roots: Roots): ToolCall {
  const { input } = call;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return call;
  const named = Object.entries(input).map(([name, value]) => [
    name,
    PATHS.includes(name) && typeof value === 'string' ? pathWithin(value, roots) : value,
  ]);
  return { ...call, input: Object.fromEntries(named) };
}

function pathWithin(file: string, { project, cwd }: Roots): string {
  const inside = [project, cwd].flatMap((root) =>
    root !== null && file.startsWith(`${root}/`) ? [file.slice(root.length + 1)] : [],
  );
  // Of a worktree that lies in a hidden folder of its project the first would be a file of that folder.
  return inside.find((path) => !path.startsWith('.')) ?? inside[0] ?? file;
}
