import * as v from 'valibot';

// What requests and events have in common.

/** A request's, and that of its answer. */
export const id = v.pipe(v.number(), v.integer(), v.minValue(1));
export const version = v.pipe(v.string(), v.regex(/^\d{1,5}(?:\.\d{1,5}){1,3}$/));
export const protocol = v.pipe(v.number(), v.integer(), v.minValue(1));
/** 32 octets as lower-case hexadecimal digits. */
export const secret = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
