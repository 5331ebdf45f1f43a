/** The pure engine: evolve(state, event) and next(state). */
export {};
