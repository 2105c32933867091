/** What is older than this has been kept for so many days. As text, which sorts as the ledger's times do. */
export function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}
