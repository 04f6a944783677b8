export const bodyParsers: readonly { module: string; name: string }[];

export const openingParsers: readonly { module: string; name: string }[];
