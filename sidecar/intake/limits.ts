/** A larger body is refused with 413. The hooks know the same number. */
export const BODY_LIMIT = 8 * 1024 * 1024;
