/** The tool by which an agent puts a question to the person. */
export const ASK_PERSON = 'ask_person';

/** Tools by which a model hands over have this before the name of the target. */
export const TRANSFER_PREFIX = 'transfer_to_';

/** Name of a handoff's target that ends the run. */
export const TO_NOBODY = 'terminate';

/** Name of a handoff's target that gives the turn back to the person. */
export const TO_PERSON = 'user';

/** The tool by which a model says who speaks next. */
export const SELECT_SPEAKER = 'select_speaker';
