/**
 * Which keys came before. Sixteen bytes a key at most: a project can hold millions of them. Of a million keys
 * two share their number about once in twenty thousand projects, and then one call is not counted.
 */
export function seenKeys(): { add: (key: string) => boolean } {
  let slots = new Float64Array(1024);
  let count = 0;

  /** False: it was there already. */
  function add(key: string): boolean {
    if (!put(slots, numberOf(key))) return false;
    count += 1;
    if (count * 2 > slots.length) slots = grown(slots);
    return true;
  }

  return { add };
}

function grown(slots: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(slots.length * 2);
  for (const number of slots) if (number !== 0) put(larger, number);
  return larger;
}

/** An empty slot holds 0, which is no key's number. */
function put(slots: Float64Array, number: number): boolean {
  let index = number % slots.length;
  while (slots[index] !== 0) {
    if (slots[index] === number) return false;
    index = (index + 1) % slots.length;
  }
  slots[index] = number;
  return true;
}

/** 53 bits of a key: two multiplicative hashes of 32 bits, mixed (cyrb53). */
function numberOf(key: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0) || 1;
}
