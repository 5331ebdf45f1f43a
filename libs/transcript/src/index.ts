/** Folds of the log: the chat document and the view on a screen. */
export {};
