/** Asks on a terminal. Without one, or with --yes, nothing is asked: the verb itself was the word. */
export async function confirmed(question: string, yes: boolean): Promise<boolean> {
  if (yes || !process.stdin.isTTY || !process.stdout.isTTY) return true;
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: question });
  return answer === true && !isCancel(answer);
}
