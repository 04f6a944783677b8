/** Most records have nothing in most of their lists: one empty, frozen list serves them all. */
export const emptyList: never[] = Object.freeze([]) as unknown as never[];
