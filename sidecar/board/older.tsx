/** The end of a page of one list: the next one, or that it was the last. */
export function Older({ list, before }: { list: string; before: string | null }) {
  return (
    <p class="more">
      {before !== null && (
        <>
          <a href={`/?list=${list}&before=${encodeURIComponent(before)}`} rel="next">
            Older
          </a>{' '}
        </>
      )}
      <a href="/">Back to the board</a>
    </p>
  );
}
