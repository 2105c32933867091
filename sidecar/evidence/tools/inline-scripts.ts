import type { Invocation } from '../bash/invocation.ts';
import { fileKindsOf, isCode } from '../matching/files.ts';
import type { Act, ToolReading } from './tool.ts';

const WRITES =
  /\bwrite_(?:text|bytes)\(|\bopen\([^)\n]*,\s*(?:mode\s*=\s*)?["'][wax]|\bwriteFile(?:Sync)?\(|\bappendFile(?:Sync)?\(|\bFile\.(?:write|open\([^)\n]*["'][wa])|\bfile_put_contents\(|\bjson\.dump\(|\bdump\([^)\n]*,\s*\w|\.to_(?:csv|json|parquet)\(|\bBun\.write\(/;
const REMOVES =
  /\bos\.(?:remove|unlink)\(|\bshutil\.rmtree\(|\.unlink\(|\b(?:unlink|rm|rmdir)(?:Sync)?\(|\bFile\.delete\(/;
const PATH = /["'`]((?:[\w@.~-]+\/)*[\w@-]*\.[A-Za-z][\w]{0,9})["'`]/g;
const LONGEST = 16_000;

/** `python - <<'PY'`, `node -e '…'`: the text of a program that stands in the command line itself. */
export function readInlineScript({ program, args, stdin }: Invocation): ToolReading {
  const text = sourceOf(program, args, stdin).slice(0, LONGEST);
  const [writes, removes] = [WRITES.test(text), REMOVES.test(text)];
  if (!writes && !removes) return { acts: [] };
  const files = [...new Set([...text.matchAll(PATH)].map(([, path]) => path ?? ''))].slice(0, 10);
  if (files.length === 0) return { acts: [], changesCode: writes };
  const words = [...new Set(text.match(/[A-Za-z_]\w{2,30}/g) ?? [])].slice(0, 30);
  const kinds = [...new Set(files.flatMap(fileKindsOf))];
  const act = (verb: Act['verb']): Act => ({
    verb,
    on: [...files, ...words],
    kinds,
    named: true,
    needsWord: true,
  });
  return {
    acts: [
      ...(writes ? (['create', 'update', 'fix'] as const) : []),
      ...(removes ? (['remove'] as const) : []),
    ].map(act),
    changesCode: files.some(isCode),
  };
}

function sourceOf(program: string, args: readonly string[], stdin: string): string {
  if (!/^(?:python|pypy|node|ruby|perl|php|deno|bun)$/.test(program)) return '';
  const at = args.findIndex((word) => /^(?:-c|-e|-p|-r|--eval|--print|eval)$/.test(word));
  if (at >= 0) return args[at + 1] ?? '';
  return args.every((word) => word.startsWith('-')) ? stdin : '';
}
